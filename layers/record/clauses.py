"""Clauses of the model: what an agreement obliges whom to do by when, and who says it was done."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from layers.record.base import DayText, EdtfText, Id, Model, parsed_by
from layers.record.dates import parse_due
from layers.record.texts import LocalizedText, SingleLine

Duty = Literal[
    "withdraw", "refrain", "remain", "patrol", "open", "allow", "report", "establish", "vacate",
    "other",
]  # fmt: skip
OutcomeKind = Literal["done", "partly_done", "not_done", "overtaken"]
OUTCOMES: tuple[OutcomeKind, ...] = get_args(OutcomeKind)


DueText = Annotated[
    str,
    parsed_by(parse_due),
    Field(
        examples=["2018-10-10", "within 7 days of signing", "150 hours from noon 23 October 2019"]
    ),
]


class Outcome(Model):
    """What somebody reports of a clause: the claim says who, and when that was said."""

    outcome: OutcomeKind = Field(description="what is said to have become of the duty")
    date: EdtfText = Field(description="the day that the report speaks of")
    claim: Id = Field(description="id of the claim that says so; who asserts it is the speaker")


class Clause(Model):
    """One duty of an agreement with one deadline; a paragraph with two is two clauses."""

    id: Id
    paragraph: SingleLine | None = Field(
        description="of the text, in quotes, as '5'; null where the copy read does not number it"
    )
    summary: LocalizedText = Field(description="what it obliges to, in our own words")
    duty: Duty = Field(description="what kind of duty it is")
    who: list[Id] = Field(min_length=1, description="actors who must")
    towards: list[Id] = Field(default=[], description="actors towards whom")
    zones: list[Id] = Field(default=[], description="zones in which")
    places: list[Id] = Field(default=[], description="places at which")
    from_: DueText | None = Field(
        default=None, alias="from", description="from when, as written; left out: from signing"
    )
    by: DueText | None = Field(
        default=None, description="by when, EDTF or as written; left out: no deadline"
    )
    claims: list[Id] = Field(min_length=1, description="claims that prove that it was agreed")
    makes: list[Id] = Field(default=[], description="zones that follow from it")
    outcomes: list[Outcome] = Field(default=[], description="what was reported of it, by whom")

    @property
    def cited(self) -> set[str]:
        """Return the claims that prove it and those that report of it."""
        return {*self.claims, *(outcome.claim for outcome in self.outcomes)}


class Agreement(Model):
    """An agreement whose text was read, with its clauses in the order of the text."""

    agreement: Id = Field(description="id of the source that is its text")
    title: LocalizedText = Field(description="what it is called for short")
    signed: DayText = Field(description="the day from which 'of signing' counts")
    clauses: list[Clause] = Field(min_length=1)
