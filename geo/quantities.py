"""Distances, bearings and positions as a recipe states them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

# Strict: YAML's true is no distance of 1 km.
Kilometres = Annotated[float, Field(strict=True)]


class Interval(BaseModel):
    """A distance in kilometres: at least ``low``, at most ``high``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    low: Kilometres = Field(ge=0, le=2000)
    high: Kilometres = Field(gt=0, le=2000)

    @model_validator(mode="after")
    def _ordered(self) -> Interval:
        if self.low > self.high:
            raise ValueError(f"ends reversed: write [{self.high:g}, {self.low:g}]")
        return self


def _interval(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return {"low": value, "high": value}
    if isinstance(value, list) and len(value) == 2:
        return {"low": value[0], "high": value[1]}
    return value


Distance = Annotated[
    Interval,
    BeforeValidator(
        _interval,
        json_schema_input_type=float | Annotated[list[float], Field(min_length=2, max_length=2)],
    ),
]


COMPASS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
           "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")  # fmt: skip
Degrees = Annotated[float, Field(strict=True, ge=0, le=360)]


class Bearing(BaseModel):
    """A direction in degrees clockwise from north: from ``low`` clockwise to ``high``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    low: Degrees
    high: Degrees

    @model_validator(mode="after")
    def _not_all_round(self) -> Bearing:
        if abs(self.high - self.low) == 360.0:
            raise ValueError("goes all the way round and names no direction")
        return self

    @property
    def width(self) -> float:
        """Return how many degrees lie between its ends."""
        return (self.high - self.low) % 360.0


def _bearing(value: Any) -> Any:
    """Read a compass point too: SW is one of eight, so off by 22.5 degrees; SSW one of sixteen."""
    if isinstance(value, str) and value in COMPASS:
        middle, off = COMPASS.index(value) * 22.5, 11.25 if len(value) == 3 else 22.5
        return {"low": (middle - off) % 360.0, "high": (middle + off) % 360.0}
    return _interval(value)


Direction = Annotated[
    Bearing,
    BeforeValidator(
        _bearing,
        json_schema_input_type=float
        | Annotated[list[float], Field(min_length=2, max_length=2)]
        | Literal[COMPASS],
    ),
]
Position = tuple[
    Annotated[float, Field(strict=True, ge=-180, le=180, description="longitude in degrees")],
    Annotated[float, Field(strict=True, ge=-90, le=90, description="latitude in degrees")],
]
