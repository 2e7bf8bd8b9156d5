"""Recipes: how a shape follows from the words of an agreement.

A recipe is data, closed in kind and free to nest. Each kind is one model here,
told apart by ``op``, and one construction in `geo.shapes`. Places, traces and pairs
are named by id and looked up when the recipe is evaluated (`geo.evaluate`), so a
recipe itself holds no coordinate.

Distances are kilometres on the WGS84 ellipsoid: a number, or an interval ``[low, high]``
where the text leaves room.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

PlaceId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


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


class _Op(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True, defer_build=True
    )  # each kind is checked as part of a zone: what checks it alone is made when asked for


class PointOp(_Op):
    """A place."""

    op: Literal["point"]
    place: PlaceId


class DiscOp(_Op):
    """All within a geodesic radius of a place."""

    op: Literal["disc"]
    center: PlaceId
    radius_km: Distance


class PathOp(_Op):
    """A trace, or a chain of places; ``from`` and ``to`` cut a trace at its nearest points."""

    op: Literal["path"]
    trace: PlaceId | None = None
    places: list[PlaceId] | None = Field(default=None, min_length=2)
    from_: PlaceId | None = Field(default=None, alias="from")
    to: PlaceId | None = None
    uncertainty_km: Kilometres | None = Field(
        default=None, gt=0, le=200, description="of every leg of a chain of places"
    )
    edge: str | None = Field(default=None, description="name of this piece as an edge of a ring")

    @model_validator(mode="after")
    def _one_of(self) -> PathOp:
        if (self.trace is None) == (self.places is None):
            raise ValueError("give either 'trace' or 'places'")
        if self.places is not None and (self.from_ or self.to):
            raise ValueError("'from' and 'to' cut a trace; a chain of places has its own ends")
        if self.trace is not None and self.uncertainty_km is not None:
            raise ValueError("a trace's stretches carry their own uncertainty_m")
        return self


class ContactLineOp(_Op):
    """Through the midpoints of listed pairs of places, the first side to the left."""

    op: Literal["contact_line"]
    pairs: PlaceId
    edge: str | None = None


class GapOp(_Op):
    """In a ring: the geodesic between its neighbours, with a declared bulge."""

    op: Literal["gap"]
    bulge_km: Kilometres = Field(gt=0, le=200)


class CornerOp(_Op):
    """In a ring: a place as a corner."""

    op: Literal["point"]
    place: PlaceId


class CorridorOp(_Op):
    """All within ``half_width_km`` of a path, beside it: flat ends, round joins."""

    op: Literal["corridor"]
    path: PathOp
    half_width_km: Distance


RingPiece = Annotated[PathOp | ContactLineOp | GapOp | CornerOp, Field(discriminator="op")]


class AreaOp(_Op):
    """Inside a ring of pieces joined end to end in order."""

    op: Literal["area"]
    ring: list[RingPiece] = Field(min_length=1)


class StripOp(_Op):
    """Points of an area within ``depth_km`` of one of its named edges."""

    op: Literal["strip"]
    area: Recipe
    edge: str
    depth_km: Distance


class BandOp(_Op):
    """Points within ``depth_km`` of a border on the side of a place, cut by two meridians."""

    op: Literal["band"]
    border: PathOp
    towards: PlaceId
    depth_km: Distance
    from_: PlaceId = Field(alias="from")
    to: PlaceId


class UnionOp(_Op):
    """In any of the recipes."""

    op: Literal["union"]
    of: list[Recipe] = Field(min_length=1)


class IntersectionOp(_Op):
    """In all of the recipes; a clip to a country is one."""

    op: Literal["intersection"]
    of: list[Recipe] = Field(min_length=2)


class DifferenceOp(_Op):
    """In the first recipe and not in ``minus``."""

    op: Literal["difference"]
    of: Recipe
    minus: Recipe


class ZoneOp(_Op):
    """Another zone's shape on a day."""

    op: Literal["zone"]
    id: PlaceId
    on: str
    track: Literal["paper", "practice"] | None = None


class FuzzyOp(_Op):
    """Somewhere in there: the extent is not stated, so nothing is surely inside."""

    op: Literal["fuzzy"]
    of: Recipe


class LabelOp(_Op):
    """A place to write a name where no boundary exists."""

    op: Literal["label"]
    place: PlaceId


class NowhereOp(_Op):
    """No place is stated: an entry of the timeline, with no shape and nowhere to write it."""

    op: Literal["nowhere"]


Recipe = Annotated[
    PointOp
    | DiscOp
    | PathOp
    | CorridorOp
    | ContactLineOp
    | AreaOp
    | StripOp
    | BandOp
    | UnionOp
    | IntersectionOp
    | DifferenceOp
    | ZoneOp
    | FuzzyOp
    | LabelOp
    | NowhereOp,
    Field(discriminator="op"),
]

for _model in (StripOp, UnionOp, IntersectionOp, DifferenceOp, FuzzyOp):
    _model.model_rebuild()


def parts(recipe: BaseModel) -> Iterator[BaseModel]:
    """Yield a recipe and every recipe and ring piece inside it, outermost first."""
    yield recipe
    for name in type(recipe).model_fields:
        value = getattr(recipe, name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, BaseModel):
                yield from parts(item)


def mentions(recipe: BaseModel) -> Iterator[tuple[Literal["place", "trace", "pairs", "zone"], str]]:
    """Yield the kind and id of everything that a recipe names."""
    for part in parts(recipe):
        if isinstance(part, ZoneOp):
            yield "zone", part.id
            continue
        for name in type(part).model_fields:
            value = getattr(part, name)
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, str) and name in _PLACE_FIELDS:
                    yield "place", item
                elif isinstance(item, str) and name == "trace":
                    yield "trace", item
                elif isinstance(item, str) and name == "pairs":
                    yield "pairs", item


_PLACE_FIELDS = frozenset({"place", "center", "places", "from_", "to", "towards"})
