"""Kinds of zone: the ids of the default ones, and what a record may say of its own.

How a kind is drawn is the business of `layers.style.symbology`; which markers and patterns there
are stands here too, so that editors complete them and a check names what is wrong.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from layers.record.base import Model
from layers.record.texts import LocalizedText

# The kinds of zone that every record may use; `seeds/kinds.yaml` adds to them or changes them.
DEFAULT_KINDS = (
    "deescalation_area", "demilitarized_strip", "security_corridor", "patrol_area",
    "deconfliction_area", "operation_area", "foreign_base", "patrol_route", "post", "position",
    "incident", "presence", "channel", "label", "withdrawal_line", "disengagement_area",
    "buffer_zone", "security_zone", "sector", "crossing_point",
)  # fmt: skip
Marker = Literal[
    "area", "strip", "corridor", "belt", "circle", "border-area", "ring", "route", "triangle",
    "disc", "pin", "dots", "rings", "lines",
]  # fmt: skip

# SVG path data.
_PATH = re.compile(r"[Mm](?:[MmLlHhVvCcSsQqTtAaZz]|[\d\s,.-])+", re.ASCII)
_PATH_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_COORDINATES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}


def _valid_path(text: str) -> str:
    """Refuse what is no SVG path data; numbers are plain and flags of arcs stand apart."""
    if _PATH.fullmatch(text) is None:
        raise ValueError("must be SVG path data that starts with M, as 'M2 8H20'")
    for letter, rest in _PATH_STEP.findall(text):
        count, needed = len(_NUMBER.findall(rest)), _COORDINATES[letter.upper()]
        if count != needed and (not needed or not count or count % needed):
            raise ValueError(f"{letter} in the path takes {needed} numbers, not {count}")
    return text


KIND_PATTERN = r"^[a-z0-9]+([_-][a-z0-9]+)*$"
LONGEST_KIND = 40
ZoneType = Annotated[
    str,
    # Any string here, because the kinds in force are the record's: `layers.record.checks` asks.
    WithJsonSchema(
        {
            "type": "string",
            "description": "a default kind, or the id of one in kinds.yaml",
            "anyOf": [
                {"enum": list(DEFAULT_KINDS)},
                {"pattern": KIND_PATTERN, "maxLength": LONGEST_KIND},
            ],
        }
    ),
]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
PathData = Annotated[str, AfterValidator(_valid_path), Field(max_length=2000)]


class MarkerStroke(Model):
    """One path of a marker, on a field of 22 x 16 pixels."""

    pen: Literal["line", "thick", "heavy", "dot", "disc", "solid", "fill"]
    d: PathData = Field(description="SVG path data, as M2 8H20")


class ZoneKind(Model):
    """A kind of zone that this atlas adds, or what it changes of a default one."""

    id: Annotated[str, StringConstraints(pattern=KIND_PATTERN, max_length=LONGEST_KIND)]
    names: LocalizedText | None = Field(default=None, description="what one zone of it is called")
    line: Color | None = Field(default=None, description="colour of lines and fills")
    text: Color | None = Field(default=None, description="colour of names, dark enough to read")
    marker: Marker | list[MarkerStroke] | None = Field(
        default=None, description="a marker of the default kinds, or the paths of an own one"
    )
    is_place: bool | None = Field(
        default=None, description="true: drawn as its marker alone; left out: by its extent"
    )
    pattern: Literal["rules", "grid"] | None = Field(
        default=None, description="over the flat tint where the status has no pattern of its own"
    )
    gender: dict[str, Literal["masculine", "feminine", "neuter"]] = Field(
        default={}, description="by language, where a status agrees with the kind's noun"
    )


SETTLEMENTS = frozenset({"city", "town", "village"})
"""Kinds of places whose names help readers to find their way on a map."""
# The least people of a settlement of each rank but the last.
_PEOPLE = {1: 1_000_000, 2: 200_000, 3: 50_000, 4: 10_000}


def rank_of_population(people: float) -> int:
    """Return the rank of a settlement, 1 to 5, where nothing but its population is known."""
    return next((rank for rank, least in _PEOPLE.items() if people >= least), 5)
