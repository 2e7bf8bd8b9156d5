"""A new atlas: every file of its folder, valid and empty, in its own languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from layers.atomic import replace_file
from layers.errors import ExportError, QueryError
from layers.record.dates import parse_day
from layers.record.model import GazetteerPlace
from layers.record.schema import schemas
from layers.record.texts import known_language

UNWRITTEN = "To be written"
"""How a text of a new atlas begins until somebody writes it: it may be served, and check tells."""
# The layers that it starts with, each with the kind whose colour it takes.
LAYERS = {"areas": "deescalation_area", "lines": "withdrawal_line", "sites": "post"}
Say = Callable[[str], dict[str, str]]
README = """# {id}

A record for tamas: data alone, no code. Its texts are in {languages}.

    tamas --seeds {folder} check      every fault, with file, record, field and how to mend it
    tamas --seeds {folder} serve      the map on http://127.0.0.1:8000

1. `atlas.yaml`: write its title, scope and standing lines, and choose a licence.
2. `tamas --seeds {folder} new source ID`: what was read. Then `new actor ID`: who says so.
3. `tamas --seeds {folder} new claim --source ID`: what it says, in your own words.
4. `tamas --seeds {folder} new place ID`, or open `places.csv` in a spreadsheet.
5. `tamas --seeds {folder} new zone ID`: how the shape follows from the words, and since when.

All but zones in a spreadsheet: `tamas --seeds {folder} new workbook FILE.xlsx`, then `import` it.
Values that begin with TODO are what `check` still asks for. Put a text that holds a comma, a colon
or quotation marks in quotes.
"""


@dataclass(frozen=True, slots=True)
class AtlasOptions:
    """What a new atlas is made from, checked.

    Attributes
    ----------
    folder
        Its folder, as the person wrote it.
    id
        Its id, from the folder's name.
    extent
        West, south, east, north in degrees.
    record_from, record_to
        The days that it speaks for, the last one in.

    """

    folder: Path
    id: str
    languages: tuple[str, ...]
    extent: tuple[float, float, float, float]
    record_from: str
    record_to: str

    @classmethod
    def read(
        cls, folder: Path, languages: str, extent: str, record_from: str, record_to: str
    ) -> AtlasOptions:
        """Return the options of a command; `QueryError` says what is wrong with one."""
        name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:80]
        tags = tuple(dict.fromkeys(tag.strip() for tag in languages.split(",") if tag.strip()))
        for tag in tags:
            try:
                known_language(tag)
            except ValueError:
                message = f"{tag!r} is no language tag (BCP 47), as en, uk or sr-Latn"
                raise QueryError("languages", languages, message) from None
        if not tags:
            raise QueryError("languages", languages, "name one at least, as in: --languages en,uk")
        for parameter, day in (("from", record_from), ("to", record_to)):
            try:
                parse_day(day)
            except ValueError as error:
                raise QueryError(parameter, day, str(error)) from None
        if record_to < record_from:
            raise QueryError("to", record_to, f"lies before the first day, {record_from}")
        return cls(folder, name or "atlas", tags, degrees("extent", extent), record_from, record_to)


def degrees(parameter: str, given: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of an option; `QueryError` says what is wrong."""
    try:
        west, south, east, north = (float(part) for part in given.split(","))
    except ValueError:
        message = "must be four numbers, west,south,east,north in degrees, as 36,46,40,50"
        raise QueryError(parameter, given, message) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        message = "west must be less than east (-180 to 180), south less than north (-90 to 90)"
        raise QueryError(parameter, given, message)
    return west, south, east, north


def files_of(options: AtlasOptions, basemap: Mapping[str, str], say: Say) -> dict[str, str]:
    """Return every file of a new atlas by its path in the folder, those of a base map over them.

    ``say`` gives a phrase in the languages of the atlas.
    """
    columns = ",".join(GazetteerPlace.columns(options.languages))
    lists = ("sources", "actors", "disputes", "unknowns")
    # An empty folder is nothing to a version control system.
    folders = ("claims", "zones", "pairs", "traces")
    listed = ", ".join(options.languages)
    return {
        "README.md": README.format(id=options.id, folder=options.folder, languages=listed),
        "atlas.yaml": _atlas(options),
        "layers.yaml": with_schema("layers", yaml_text(_layers(say))),
        **{f"{name}.yaml": with_schema(name, "[]\n") for name in lists},
        "places.csv": f"{columns}\n",
        **{f"{folder}/.gitkeep": "" for folder in folders},
        **{f"schema/{name}": text for name, text in schemas(options.languages).items()},
        **basemap,
    }


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a new atlas into a folder that is not there, or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{folder}: there is something there already; choose another folder")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text.encode())


def with_schema(name: str, text: str) -> str:
    """Return the text of a file with the line that names its schema to editors."""
    return f"# yaml-language-server: $schema=./schema/{name}.schema.json\n{text}"


def yaml_text(data: object) -> str:
    """Return data as YAML, in its own order and alphabet."""
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=100))


def _atlas(options: AtlasOptions) -> str:
    west, south, east, north = options.extent
    ring = [(west, south), (east, south), (east, north), (west, north)]

    def in_each(text: str) -> dict[str, str]:
        return dict.fromkeys(options.languages, text)

    head = {
        "id": options.id,
        "title": in_each(options.id),
        "edition": options.record_to,
        "record_from": options.record_from,
        "record_to": options.record_to,
        "embargo_days": 0,
        "languages": list(options.languages),
    }
    lines = {
        "scope": in_each(f"{UNWRITTEN}: what the atlas covers, and what it leaves out."),
        "borders": in_each(f"{UNWRITTEN}: what its borders and names mean and do not mean."),
        "corrections": in_each(f"{UNWRITTEN}: where to send corrections."),
        "licence": f"{UNWRITTEN}: the licence of the texts and of the compilation",
    }
    extent = "extent:  # a ring of [lon, lat]; every place lies inside\n"
    extent += "".join(f"  - [{lon}, {lat}]\n" for lon, lat in ring)
    return with_schema("atlas", yaml_text(head) + extent + yaml_text(lines))


def _layers(say: Say) -> list[dict[str, object]]:
    return [
        {
            "id": name,
            "title": say(f"new.{name}.title"),
            "summary": say(f"new.{name}.summary"),
            "style": style,
        }
        for name, style in LAYERS.items()
    ]
