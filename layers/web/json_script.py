"""JSON inside a page's script element, which no parser can leave before its end."""

from __future__ import annotations

import json
import re

from markupsafe import Markup

# Inside a script element these five are all that HTML or JavaScript could take for its own.
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
# What begins a tag of Jinja; in JSON these stand in strings alone, whose braces may be escaped.
_TAG = re.compile(r"\{(?=[{%#])")


def json_script(value: object) -> Markup:
    """Return a value as the text of a script element.

    Nothing in it begins a tag of Jinja, because branca compiles rendered text once more.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(_TAG.sub(r"\\u007b", text.translate(_UNSAFE)))  # noqa: S704 - escaped above


def json_block(name: str, value: object) -> str:
    """Return a value as the data block of a name."""
    return f'<script type="application/json" id="{name}">{json_script(value)}</script>'
