"""Tallies of the model: how many acts somebody counted, whose, where and from when to when.

A tally is a claim of whoever counted, never a fact of the atlas: two counters differ in what one
act is, so that their numbers cannot be added or compared as they stand.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import Field, PlainValidator, WithJsonSchema

from layers.record.base import EdtfText, Id, Model, Sha256
from layers.record.texts import LocalizedText

TallyUnit = Literal["attack", "bombardment", "round", "flight", "violation"]
UNITS: tuple[TallyUnit, ...] = get_args(TallyUnit)
Number = Annotated[int, Field(ge=0, lt=10**9)]


def _valid_number(given: Any) -> int | tuple[int, int | None]:
    least, most = given if isinstance(given, list | tuple) and len(given) == 2 else (given, given)
    sound = all(type(one) is int and 0 <= one < 10**9 for one in (least, most or 0))
    if not sound or (most is not None and most < least):
        raise ValueError("must be a whole number, or [least, most] where most may be null")
    return given if isinstance(given, int) else (least, most)


NumberOrRange = Annotated[
    int | tuple[int, int | None],
    PlainValidator(_valid_number),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {
                    "type": "array",
                    "prefixItems": [
                        {"type": "integer", "minimum": 0},
                        {"type": ["integer", "null"], "minimum": 0},
                    ],
                    "minItems": 2,
                    "maxItems": 2,
                },
            ]
        }
    ),
]


class TallyPart(Model):
    """A part of a tally, of a place or of a zone."""

    place: Id | None = Field(default=None, description="id of the place it was counted in")
    zone: Id | None = Field(default=None, description="in place of a place: id of a zone")
    number: Number = Field(description="how many")


class Tally(Model):
    """A number that somebody counted, with all that is needed to read it."""

    agreement: Id | None = Field(
        default=None, description="source of the agreement under whose terms it was counted"
    )
    counter: Id = Field(description="actor who counted, whoever printed it")
    whose: list[Id] = Field(default=[], description="actors whose acts; none: not said")
    unit: TallyUnit = Field(description="what one is")
    what: LocalizedText = Field(description="what one is, as the counter puts it, in our own words")
    zones: list[Id] = Field(default=[], description="zones of the area")
    places: list[Id] = Field(default=[], description="places of the area")
    from_: EdtfText = Field(alias="from", description="first day that was counted")
    to: EdtfText = Field(description="last day that was counted")
    running: bool = Field(default=False, description="true: a total that goes on from 'from'")
    number: NumberOrRange = Field(
        description="how many, or [least, most]; most null for 'more than'"
    )
    parts: list[TallyPart] = Field(default=[], description="what it is made of; they add up")
    quote_sha256: Sha256 = Field(description="of the words on the page that say the number, UTF-8")

    @property
    def bounds(self) -> tuple[int, int | None]:
        """Return the least and the most that the number may be, None for no most."""
        return self.number if isinstance(self.number, tuple) else (self.number, self.number)
