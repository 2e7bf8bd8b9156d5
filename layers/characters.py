"""Characters that no text of the record may hold and no terminal is sent.

Control characters (a terminal obeys them, a file of other programs ends at them), halves of
surrogate pairs, what Unicode keeps as no characters, and direction marks that are not closed
(they turn round what stands after the text).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_NO_CHARACTER = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
_NEVER = f"\x00-\x1f\x7f-\x9f\ud800-\udfff{_NO_CHARACTER}"
# An isolate is closed by a pop of isolates, everything else that opens by the other pop.
_CLOSED_BY = dict.fromkeys("\u2066\u2067\u2068", "\u2069") | dict.fromkeys(
    "\u202a\u202b\u202d\u202e", "\u202c"
)
_SUSPECT = re.compile(f"[{_NEVER}\u202a-\u202e\u2066-\u2069]")


def unwanted(text: str) -> Iterator[tuple[int, str]]:
    """Yield the place of each character that no text may hold, and what it is."""
    opened: list[tuple[int, str]] = []
    for found in _SUSPECT.finditer(text):
        at, mark = found.start(), found[0]
        if mark in _CLOSED_BY:
            opened.append((at, mark))
        elif mark not in _CLOSED_BY.values():
            yield at, "control character" if ord(mark) < 0xA0 else "code point that is no character"
        elif opened and _CLOSED_BY[opened[-1][1]] == mark:
            opened.pop()
        else:
            yield at, "direction mark that closes none"
    for at, _ in opened:
        yield at, "direction mark that is not closed"


# Unseen marks that no name needs: spaces of no width, soft hyphens, direction marks. Between two
# letters the joiners of some languages of the Arabic script are spelling.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    r"|(?<!\w)[\u200c\u200d]|[\u200c\u200d](?!\w)"
)


def unseen_in_name(text: str) -> Iterator[int]:
    """Yield the place of each mark in a name that nobody sees and no name needs."""
    for found in _UNSEEN.finditer(text):
        yield found.start()


def change_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return plain data with every text in it changed; keys stay, and tuples become lists."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: change_texts(one, change) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [change_texts(one, change) for one in value]
    return value


# A spreadsheet runs what begins so; the wide forms are those of East Asian keyboards.
FORMULA = "^[=+\\-@\\t\\r＝＋－＠]"
PLAIN_NUMBER = r"^[-+]?[0-9][0-9.,:/~?%eEX-]*$"
"""What begins so and is none: a number, or a date as EDTF writes it."""


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would take a cell for a formula."""
    return re.match(FORMULA, text) is not None and re.match(PLAIN_NUMBER, text) is None


_OPENS_FORMULA = frozenset("=+-@\t\r＝＋－＠")


def is_plain(text: str) -> bool:
    """Tell, quickly, that none of the questions above need be asked; blanks may end the text.

    Python prints no control, format, surrogate or unassigned character: none that is sought here.
    """
    return text[:1] not in _OPENS_FORMULA and text.rstrip(" \t\r\n").isprintable()


def cell(text: str) -> str:
    """Return a text of somebody else as a cell of a table: no formula, but its quotation."""
    return f"'{text}" if is_formula(text) else text


def printable(text: str) -> str:
    r"""Return a text for a terminal: lines as they are, every unwanted character as ``\u001b``.

    That is how JSON writes one, so JSON stays JSON.
    """
    if not _SUSPECT.search(text):
        return text
    return "\n".join(map(_escaped, text.split("\n")))


def _escaped(line: str) -> str:
    letters = list(line)
    for at, _ in unwanted(line):
        if line[at] != "\t":
            units = line[at].encode("utf-16-be", "surrogatepass").hex()
            letters[at] = "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4))
    return "".join(letters)
