"""Data blocks: JSON inside a page that no parser can leave before its end."""

from __future__ import annotations

import json

# Inside a script element these five are all that HTML or JavaScript could take for its own.
_UNSAFE = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def json_block(name: str, value: object) -> str:
    """Return ``value`` as the data block of a name."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f'<script type="application/json" id="{name}">{text.translate(_UNSAFE)}</script>'
