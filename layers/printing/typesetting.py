"""The page's text, set by typst from the template ``page.typ``.

The compiler comes with its wheel. It sees the vendored fonts and those that matplotlib carries,
none of the system's, and no file or clock: the same data give the same bytes on any machine.
"""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import typst

from layers.printing import fonts
from layers.printing.boxes import Box


class SymbolPlace(NamedTuple):
    """Where a symbol of the list or the key belongs."""

    kind: Literal["entry", "key"]
    at: int
    """Which entry, or which line of the key."""
    top: float
    size: float
    """The size of its line's letters in px."""


class PagePlan(NamedTuple):
    """How a page is shared, in points and laid out from the left."""

    main: Box
    list: Box
    inset: Box
    share: float | None
    """Part of the column that an inset may take over the whole list; None where it may not."""
    last_share: float | None
    """The same where no corner of the map is free, over a list in the smallest letters."""
    entries: int
    sources: int
    raw: dict[str, Any]
    """What the template takes back."""


def plan_page(data: dict[str, Any]) -> PagePlan:
    """Return how the page of these data, still without a plan, is shared."""
    raw = _query(data, "<plan>")[0]
    return PagePlan(
        main=Box(**raw["main"]),
        list=Box(**raw["list"]),
        inset=Box(**raw["inset"]),
        share=raw["share"],
        last_share=raw["last-share"],
        entries=raw["entries"]["count"],
        sources=raw["foot"]["count"],
        raw=raw,
    )


def symbols(data: dict[str, Any]) -> list[SymbolPlace]:
    """Return where the symbols of a page belong; its data hold a plan."""
    return [SymbolPlace(**found) for found in _query(data, "<symbol>")]


def pdf(data: dict[str, Any], template: bytes | None = None) -> bytes:
    """Return the page, or data in a template of their own, as PDF/UA-1.

    It is tagged, with title, language and alternative text.
    """
    body: bytes = _compiler(data, template).compile(format="pdf", pdf_standards="ua-1")
    return body


def png(data: dict[str, Any], *, dpi: float) -> bytes:
    """Return the page as pixels."""
    body: bytes = _compiler(data).compile(format="png", ppi=dpi)
    return body


def svg(data: dict[str, Any]) -> str:
    """Return the page as SVG, its letters as outlines."""
    body: bytes = _compiler(data).compile(format="svg")
    return body.decode("utf-8")


def _query(data: dict[str, Any], label: str) -> list[Any]:
    found: list[Any] = json.loads(_compiler(data).query(label, field="value"))
    return found


def _compiler(data: dict[str, Any], template: bytes | None = None) -> Any:
    inputs = {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    return typst.Compiler(
        template or _template(), font_paths=_compiler_fonts(fonts.folders()), sys_inputs=inputs
    )


@functools.cache
def _template() -> bytes:
    return files("layers.printing").joinpath("page.typ").read_bytes()


@functools.cache
def _compiler_fonts(folders: tuple[str, ...]) -> Any:
    """Return the fonts that typst sees: the vendored ones, the atlas's, those of matplotlib."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )
