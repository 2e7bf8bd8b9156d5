"""HTML and XML from data: one function makes every element, and escapes whatever is not markup.

Nothing here is a template, and no text is ever read as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"meta", "link", "br", "hr", "img", "col"})


class Html(str):
    """Text that is markup already and is never escaped again."""

    __slots__ = ()


Child = str | None | bool | int | Iterable["Child"]
NOTHING = Html("")


def el(tag: str, *children: Child, **attributes: str | int | bool | None) -> Html:
    """Return an element; text in children and attributes is escaped.

    ``class_`` writes ``class``, ``aria_label`` writes ``aria-label``; None and False leave an
    attribute out, True writes its bare name.
    """
    written = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children: Child) -> Html:
    """Return children one after the other as markup; None and False are nothing."""
    return Html("".join(_texts(children)))


def between(separator: str, items: Iterable[Child]) -> list[Child]:
    """Return items with a separator between each two."""
    made: list[Child] = []
    for item in items:
        if made:
            made.append(separator)
        made.append(item)
    return made


def bdi(text: str, lang: str = "") -> Html:
    """Return a text in its own direction, whatever stands around it."""
    direction = {"en": "ltr", "ar": "rtl"}.get(lang)
    return el("bdi", text, dir=direction)


def _texts(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None or child is False or child is True:
            continue
        if isinstance(child, Html):
            yield child
        elif isinstance(child, str | int):
            yield escape(str(child))
        else:
            yield from _texts(child)


def _attribute(name: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
