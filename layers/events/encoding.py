"""Which encoding a text file is in: told by its mark or its bytes, else asked for.

Spreadsheets write UTF-8 with a mark, UTF-16, or the code page of their Windows, in Arabic 1256. Of
those, 1256 is recognised where nearly all that is not ASCII comes in runs of Arabic letters. No
other code page can be told from its neighbours.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from layers.errors import QueryError

HEAD = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARABIC = re.compile("[\u0600-\u06ff]")
_LEAST_ARABIC, _LEAST_RUN = 0.8, 2.0


def known_encoding(name: str) -> str:
    """Return the codec of an encoding that somebody named; `QueryError` where there is none."""
    try:
        codec = codecs.lookup(name.strip())
        "".encode(codec.name)
    except (LookupError, ValueError, TypeError):
        message = f"there is no encoding {name!r}; name one as utf-8, utf-16 or windows-1256"
        raise QueryError("encoding", name, message) from None
    return codec.name


def recognised(head: bytes) -> str | None:
    """Return the codec of a text by how it begins, None where it cannot be told."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head[:400]:
        even, odd = head[0:400:2].count(0), head[1:400:2].count(0)
        if max(even, odd) * 5 > len(head[:400]) and min(even, odd) * 10 <= max(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    broken = text.count("\ufffd")
    if not broken or sum(not letter.isascii() for letter in text) >= 2 * broken:
        return "utf-8"
    runs = re.findall(rb"[\x80-\xff]+", head)
    letters = b"".join(runs).decode("cp1256")
    arabic = len(_ARABIC.findall(letters))
    if arabic >= _LEAST_ARABIC * len(letters) and len(letters) >= _LEAST_RUN * len(runs):
        return "cp1256"
    return None


class TextStream:
    """A stream of bytes as UTF-8, whatever it is written in.

    ``encoding`` is what it is read as; None where that cannot be told and the bytes are handed on.
    """

    def __init__(self, source: Any, encoding: str | None = None) -> None:
        self._source, self._head = source, source.read(HEAD)
        self.encoding = encoding or recognised(self._head)
        if self.encoding == "utf-8-sig":
            self._head, self.encoding = self._head.removeprefix(codecs.BOM_UTF8), "utf-8"
        self._decoder = None
        if self.encoding not in (None, "utf-8"):
            self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")

    def read(self, size: int) -> bytes:
        """Return about so many bytes of UTF-8, none at the end."""
        while True:
            data: bytes = self._head or self._source.read(size)
            self._head = b""
            if self._decoder is None:
                return data
            made = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
            if made or not data:
                return made
