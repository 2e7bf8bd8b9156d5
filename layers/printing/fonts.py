"""The letters of printed pages: IBM Plex Sans and IBM Plex Sans Arabic, from vendored files.

The families have names of their own, so that a font of the same name on the system is never
taken in their place: the same text gives the same bytes on every machine. A letter that Plex
lacks comes from DejaVu Sans, which matplotlib carries.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

import matplotlib as mpl
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontEntry, FontProperties
from matplotlib.ft2font import LoadFlags

from layers.errors import ExportError
from layers.i18n import language
from layers.record.files import read_seed
from layers.record.model import Record

_VENDOR = files("layers.printing").joinpath("vendor")
LATIN, ARABIC, ANY = "Tamas Plex Sans", "Tamas Plex Sans Arabic", "Tamas DejaVu Sans"
BROUGHT = "Atlas Letters"
"""The family of the fonts that an atlas brings."""
# Each font by family, weight and slant; an absent slant or weight falls back to the nearest.
_FILES = {
    (LATIN, 400, "normal"): "ibm-plex-sans-400.ttf",
    (LATIN, 600, "normal"): "ibm-plex-sans-600.ttf",
    (LATIN, 400, "italic"): "ibm-plex-sans-400-italic.ttf",
    (ARABIC, 400, "normal"): "ibm-plex-sans-arabic-400.ttf",
    (ARABIC, 600, "normal"): "ibm-plex-sans-arabic-600.ttf",
}
# What prints of a line in Plex over its base line, as a share of its size.
ASCENT = 0.78
LEAST = (3, 11)
_registering = threading.Lock()
_MEASURED = 100.0


def is_rtl(lang: str) -> bool:
    """Tell whether a language runs from the right."""
    return language(lang).direction == "rtl"


def family(lang: str) -> list[str]:
    """Return the families for a text in a language, the first that has a letter draws it."""
    ours = [ARABIC, LATIN] if is_rtl(lang) else [LATIN, ARABIC]
    own = _brought.get()
    return [*ours, *([own.family] if own else []), ANY]


def folders() -> tuple[str, ...]:
    """Return where the files lie: the vendored ones, the atlas's, and those of matplotlib."""
    own = _brought.get()
    return (*_house_folders(), *([own.folder.name] if own else []))


@functools.cache
def _house_folders() -> tuple[str, str]:
    vendored = {str(_path(file).parent) for file in _FILES.values()}
    return vendored.pop(), str(Path(mpl.get_data_path()) / "fonts" / "ttf")


class _Brought(NamedTuple):
    """The fonts of an atlas under a family name of ours, in a folder that goes with the process."""

    family: str
    folder: TemporaryDirectory[str]


_brought: ContextVar[_Brought | None] = ContextVar("fonts of the atlas", default=None)


@contextmanager
def brought_by(record: Record) -> Iterator[None]:
    """Draw with the fonts that an atlas brings, after ours and before DejaVu."""
    bodies = [read_seed(record.root, record.root / one.file) for one in record.atlas.fonts]
    weights = tuple(one.weight for one in record.atlas.fonts)
    token = _brought.set(_bring(tuple(bodies), weights) if bodies else None)
    try:
        yield
    finally:
        _brought.reset(token)


@functools.cache
def _bring(bodies: tuple[bytes, ...], weights: tuple[int, ...]) -> _Brought:
    """Write fonts under the family name that the templates ask for, and tell matplotlib."""
    register()
    digest = hashlib.sha256(b"".join(bodies)).hexdigest()[:12]
    own = _Brought(f"{BROUGHT} {digest}", TemporaryDirectory(prefix="tamas-fonts-"))
    for number, (body, weight) in enumerate(zip(bodies, weights, strict=True)):
        font = TTFont(io.BytesIO(body), recalcTimestamp=False)
        font.flavor = None
        for entry in list(font["name"].names):
            if entry.nameID in (16, 17, 21, 22):
                font["name"].removeNames(entry.nameID)
            elif entry.nameID in (1, 4, 6):
                entry.string = BROUGHT.replace(" ", "") if entry.nameID == 6 else BROUGHT
        font["OS/2"].usWeightClass = weight
        path = Path(own.folder.name) / f"{number}.ttf"
        font.save(path)
        manager: Any = font_manager.fontManager
        manager.ttflist.append(_entry(path, own.family, weight, "normal"))
        manager._findfont_cached.cache_clear()
    return own


def font(size: float, *, weight: int = 400, italic: bool = False, lang: str) -> FontProperties:
    """Return a font of ``size`` points for text in ``lang``; Arabic is never slanted."""
    register()
    slant: Literal["italic", "normal"] = "italic" if italic and not is_rtl(lang) else "normal"
    return FontProperties(family=family(lang), size=size, weight=weight, style=slant)


@functools.cache
def register() -> None:
    """Make the vendored fonts known to matplotlib, once a process.

    Raises `ExportError` where a file is not the one of the manifest, or where matplotlib is
    too old to shape Arabic itself.
    """
    if mpl.__version_info__[:2] < LEAST:
        raise ExportError(
            f"matplotlib {mpl.__version__} does not shape Arabic; install 3.11 or later"
        )
    with _registering:
        manager: Any = font_manager.fontManager
        known = {entry.name for entry in manager.ttflist}
        if LATIN in known:
            return
        for (name, weight, style), file in _FILES.items():
            manager.ttflist.append(_entry(_path(file), name, weight, style))
        carried = Path(mpl.get_data_path()) / "fonts" / "ttf"
        for weight, file in ((400, "DejaVuSans.ttf"), (600, "DejaVuSans-Bold.ttf")):
            manager.ttflist.append(_entry(carried / file, ANY, weight, "normal"))
        # Names looked up before would go on missing.
        manager._findfont_cached.cache_clear()


def _entry(path: Path, name: str, weight: int, style: str) -> Any:
    return FontEntry(
        fname=str(path), name=name, style=style, variant="normal", weight=weight, stretch="normal"
    )


def _path(file: str) -> Path:
    """Return a vendored font's path after checking it against the manifest."""
    with as_file(_VENDOR.joinpath(file)) as path:
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != _digests()[file]:
            raise ExportError(f"{file}: not the vendored font that the manifest names; reinstall")
        return Path(path)


def _digests() -> dict[str, str]:
    manifest = json.loads(_VENDOR.joinpath("manifest.json").read_text(encoding="utf-8"))
    return {entry["file"]: entry["sha256"] for entry in manifest["files"]}


def width(text: str, size: float, *, weight: int = 400, italic: bool = False, lang: str) -> float:
    """Return how wide a line of text prints, in points.

    Words are measured one by one and remembered: letters do not join across a space.
    """
    words, families = text.split(" "), tuple(family(lang))
    wide = sum(_advance(word, weight, italic, lang, families) for word in words if word)
    if len(words) > 1:
        wide += (len(words) - 1) * _advance(" ", weight, italic, lang, families)
    return wide * size / _MEASURED


@functools.lru_cache(maxsize=20_000)
def _advance(text: str, weight: int, italic: bool, lang: str, _: tuple[str, ...]) -> float:
    """Return a line's width at `_MEASURED` points; unhinted, so that it grows with the size.

    The families are those that `font` takes, for what is remembered to be of these alone.
    """
    chosen = font(_MEASURED, weight=weight, italic=italic, lang=lang)
    manager: Any = font_manager.fontManager
    letters = font_manager.get_font(manager._find_fonts_by_props(chosen))
    letters.set_size(_MEASURED, 72)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that no font has prints as an empty box
        letters.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(letters.get_width_height()[0] / 64)
