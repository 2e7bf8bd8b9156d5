"""What every class of the model has in common, and the fields that many of them have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from layers.record.dates import parse_day, parse_edtf


class Model(BaseModel):
    """Refuse unknown fields and non-finite numbers; never change after reading."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True, defer_build=True
    )  # parts are checked as parts: what checks one alone is made when asked for


def parsed_by(parse: Callable[[str], object]) -> AfterValidator:
    """Return what keeps a text that can be parsed as it is written."""

    def kept(text: str) -> str:
        parse(text)
        return text

    return AfterValidator(kept)


ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=80)]
EdtfText = Annotated[str, parsed_by(parse_edtf), Field(examples=["2020-03-05", "2016~"])]
DayText = Annotated[str, parsed_by(parse_day), Field(examples=["2020-03-05"])]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
