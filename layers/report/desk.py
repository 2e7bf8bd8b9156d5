"""What a desk adds of its own: its name, its logo, its texts and its templates.

A folder with ``desk.yaml`` and, as far as the desk wants them, a logo, ``report.html.j2`` and
``report.docx``. Texts and templates are Jinja2 in a sandbox: they can write out what the report
holds, and reach neither files nor Python.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import PackageLoader, StrictUndefined, TemplateError
from jinja2.loaders import ChoiceLoader, DictLoader, PrefixLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import Field, ValidationError

from layers.atomic import replace_file
from layers.errors import ExportError, SeedError
from layers.i18n import translator
from layers.record.base import Model
from layers.record.files import read_seed
from layers.record.strict_yaml import PlainError, load

Texts = dict[str, str]
HTML, DOCX, SHEET = "report.html.j2", "report.docx", "desk.yaml"
_MOST_LOGO = 2_000_000
TEMPLATE_FAULTS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError)
"""What a template of somebody else may raise when it is filled."""
_SHEET = """\
# What this desk adds to its reports. Texts may name what a report holds: {{{{ report.period }}}},
# {{{{ report.lead }}}}, {{{{ report.atlas }}}}. A line is a paragraph; what is not needed goes.
name:
{names}
# logo: logo.png
# opening:
#   en: |
#     Events that reached us for {{{{ report.period }}}}.
# closing:
#   en: |
#     Corrections to ...
# signature:
#   en: |
#     Name, office
"""
_EXTENDED = """\
{% extends "house/report.html.j2" %}
{# Take away these braces and the text in them to put a line of your own under each report:
{% block closing %}<p class="text">...</p>{% endblock %} #}
"""


class DeskTexts(Model):
    """``desk.yaml``: each text by language tag; Jinja2 in it is filled from the report."""

    name: Texts = Field(description="what the desk is called")
    logo: str | None = Field(default=None, description="a PNG or JPEG beside this file")
    opening: Texts = Field(default={}, description="paragraphs above the numbers")
    closing: Texts = Field(default={}, description="paragraphs below the numbers")
    signature: Texts = Field(default={}, description="who signs, a line each")


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk's folder, read; without one everything is the house's."""

    texts: DeskTexts | None = None
    logo: bytes = b""
    logo_type: str = ""
    html: str | None = None
    docx: bytes | None = None

    def name(self, lang: str) -> str:
        """Return what the desk is called in a language, empty where it says nothing."""
        return self.texts.name.get(lang, "") if self.texts else ""

    def paragraphs(self, block: str, lang: str, context: Mapping[str, Any]) -> list[str]:
        """Return the paragraphs of a text block, filled from the report; plain text."""
        own: Texts = getattr(self.texts, block) if self.texts else {}
        if not own.get(lang):
            return []
        try:
            text = sandbox(escape=False).from_string(own[lang]).render(context)
        except TEMPLATE_FAULTS as error:
            raise ExportError(f"{SHEET}: {block}: {lang}: {error}") from None
        return [part.strip() for part in text.split("\n") if part.strip()]


def read_desk(folder: Path | None) -> Desk:
    """Read a desk's folder; `ExportError` says which file of it is wrong and how."""
    if folder is None:
        return Desk()
    try:
        texts = DeskTexts.model_validate(load(read_seed(folder, folder / SHEET).decode("utf-8")))
        logo = read_seed(folder, folder / texts.logo, _MOST_LOGO) if texts.logo else b""
        paths = {name: folder / name for name in (HTML, DOCX)}
        own = {name: read_seed(folder, path) if path.exists() else None
               for name, path in paths.items()}  # fmt: skip
    except OSError as error:
        raise ExportError(f"{folder}: {error.strerror or error}; a desk has a {SHEET}") from None
    except (PlainError, UnicodeDecodeError) as error:
        raise ExportError(f"{folder / SHEET}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ExportError(f"{folder / SHEET}: {where}: {first['msg']}") from None
    except SeedError as error:
        raise ExportError(f"{folder}: {error}") from None
    kind = _picture_type(folder, texts.logo, logo) if texts.logo else ""
    html = own[HTML]
    return Desk(texts, logo, kind, None if html is None else html.decode("utf-8"), own[DOCX])


def write_desk(folder: Path, languages: Iterable[str]) -> tuple[Path, ...]:
    """Write a desk's folder to fill in, with the house's templates; nothing is overwritten."""
    from layers.report.docx_template import house_template

    said = {lang: translator(lang).gettext("report.desk_name") for lang in languages}
    names = "".join(f"  {lang}: {name}\n" for lang, name in said.items())
    own = {SHEET: _SHEET.format(names=names), HTML: _EXTENDED}
    made = {folder / name: text.encode() for name, text in own.items()}
    made[folder / DOCX] = house_template()
    for path in made:
        if path.exists():
            raise ExportError(f"{path}: is there already; name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for path, body in made.items():
        replace_file(path, body)
    return tuple(made)


def sandbox(*, escape: bool, own: str | None = None) -> ImmutableSandboxedEnvironment:
    """Return the environment of a desk's templates; the house's are under ``house/``."""
    house = PackageLoader("layers.report", "templates")
    mine = DictLoader({} if own is None else {HTML: own})
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([mine, PrefixLoader({"house": house})]),
        autoescape=escape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _picture_type(folder: Path, name: str | None, body: bytes) -> str:
    """Return the media type of a logo that is a picture by its content."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(body), formats=("PNG", "JPEG")) as picture:
            return str(Image.MIME[picture.format or ""])
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise ExportError(f"{folder}: {name}: is no PNG or JPEG") from None
