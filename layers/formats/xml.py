"""XML as data: elements are built, texts are escaped by the library, never pasted."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree as ET

# What XML 1.0 cannot hold even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Element = ET.Element


def element(parent: Element | None, tag: str, text: Any = None, **attributes: Any) -> Element:
    """Return a new element below a parent, with text and attributes; None stands for nothing."""
    given = {name: clean(value) for name, value in attributes.items() if value is not None}
    made = ET.Element(tag, given) if parent is None else ET.SubElement(parent, tag, given)
    if text is not None:
        made.text = clean(text)
    return made


def clean(value: Any) -> str:
    """Return a value as text that XML can hold."""
    return _FORBIDDEN.sub("\ufffd", str(value))


def to_text(root: Element, doctype: str = "") -> str:
    """Return a document as text, indented, with a doctype before it where there is one."""
    ET.indent(root, " ")
    return doctype + ET.tostring(root, encoding="unicode") + "\n"


def to_bytes(root: Element) -> bytes:
    """Return a document as UTF-8 with its declaration, indented."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + to_text(root).encode("utf-8")
