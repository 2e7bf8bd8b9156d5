"""Recipes: how a shape follows from the words of an agreement.

A recipe is data, closed in kind and free to nest. Each kind is one model here,
told apart by ``op``, and one construction in `geo.shapes`. Places, traces, pairs, zones and
shared shapes are named by id and looked up when the recipe is evaluated (`geo.evaluate`); a
coordinate stands in a recipe only where a text states it.

Distances are kilometres on the WGS84 ellipsoid: a number, or an interval ``[low, high]``
where the text leaves room. Bearings are degrees clockwise from north.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from geo.quantities import Degrees, Direction, Distance, Kilometres, Position

PlaceId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


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
    center: Spot
    radius_km: Distance


class RectangleOp(_Op):
    """A rectangle about a place: ``length_km`` along its bearing, ``width_km`` across."""

    op: Literal["rectangle"]
    center: Spot
    length_km: Distance
    width_km: Distance
    bearing: Degrees = Field(default=0.0, description="of its length, clockwise from north")


class PathOp(_Op):
    """A trace, a chain of places, or coordinates; ``from`` and ``to`` cut a trace."""

    op: Literal["path"]
    trace: PlaceId | None = None
    places: list[PlaceId] | None = Field(default=None, min_length=2)
    coordinates: list[Position] | None = Field(
        default=None, min_length=2, description="[lon, lat] in degrees, as a text states them"
    )
    from_: PlaceId | None = Field(default=None, alias="from")
    to: PlaceId | None = None
    uncertainty_km: Kilometres | None = Field(
        default=None, gt=0, le=200, description="of every leg of places or coordinates"
    )
    edge: str | None = Field(default=None, description="name of this piece as an edge of a ring")

    @model_validator(mode="after")
    def _one_of(self) -> PathOp:
        if [self.trace, self.places, self.coordinates].count(None) != 2:
            raise ValueError("give either 'trace' or 'places', or 'coordinates'")
        if self.trace is None and (self.from_ or self.to):
            raise ValueError("'from' and 'to' cut a trace; a chain of places has its own ends")
        if self.coordinates is not None and self.uncertainty_km is None:
            raise ValueError("coordinates need 'uncertainty_km': how far off they may be")
        if self.trace is not None and self.uncertainty_km is not None:
            raise ValueError("a trace's stretches carry their own uncertainty_m")
        return self


class ContactLineOp(_Op):
    """Through the midpoints of listed pairs of places, the first side to the left."""

    op: Literal["contact_line"]
    pairs: PlaceId
    edge: str | None = None


class OffsetOp(_Op):
    """A line moved by a distance to one side, or a point so far from a place, on a bearing."""

    op: Literal["offset"]
    line: LineRecipe | None = None
    side: Literal["left", "right"] | None = Field(
        default=None, description="of the line, as it runs"
    )
    towards: PlaceId | None = Field(default=None, description="a place on that side, in its stead")
    place: PlaceId | None = None
    bearing: Direction | None = Field(
        default=None, description="of the point from the place: degrees, or a compass point as SSW"
    )
    distance_km: Distance
    edge: str | None = Field(default=None, description="name of this piece as an edge of a ring")

    @model_validator(mode="after")
    def _one_of(self) -> OffsetOp:
        if (self.line is None) == (self.place is None):
            raise ValueError("give either 'line' or 'place'")
        if self.line is not None and (self.side is None) == (self.towards is None):
            raise ValueError("a line is moved to its 'side', or 'towards' a place: give one")
        if self.place is not None and self.bearing is None:
            raise ValueError("a point lies on a 'bearing' from its place: add it")
        if self.line is None and (self.side or self.towards or self.edge):
            raise ValueError("'side', 'towards' and 'edge' go with a line")
        if self.place is None and self.bearing is not None:
            raise ValueError("'bearing' goes with a place; a line has a 'side'")
        return self


class ShapeOp(_Op):
    """A recipe that has a name of its own and that zones share."""

    op: Literal["shape"]
    id: PlaceId
    edge: str | None = Field(default=None, description="name of this line as an edge of a ring")


LineKind = PathOp | ContactLineOp | OffsetOp | ShapeOp
LineRecipe = Annotated[LineKind, Field(discriminator="op")]
Spot = Annotated[
    Annotated[PlaceId, Tag("place")] | Annotated[OffsetOp, Tag("offset")],
    Discriminator(lambda value: "place" if isinstance(value, str) else "offset"),
]


class GapOp(_Op):
    """In a ring: the geodesic between its neighbours, with a declared bulge."""

    op: Literal["gap"]
    bulge_km: Kilometres = Field(gt=0, le=200)


class CornerOp(_Op):
    """In a ring: a place as a corner."""

    op: Literal["point"]
    place: PlaceId


class CorridorOp(_Op):
    """All within ``half_width_km`` of a line, beside it: flat ends, round joins.

    Or within ``left_km`` to its left and ``right_km`` to its right, as it runs.
    """

    op: Literal["corridor"]
    path: LineRecipe
    half_width_km: Distance | None = None
    left_km: Distance | None = None
    right_km: Distance | None = None

    @model_validator(mode="after")
    def _one_of(self) -> CorridorOp:
        if (self.half_width_km is None) == (self.left_km is None and self.right_km is None):
            raise ValueError(
                "give 'half_width_km' for both sides alike, or 'left_km', 'right_km', or both"
            )
        return self


RingPiece = Annotated[LineKind | GapOp | CornerOp, Field(discriminator="op")]


class AreaOp(_Op):
    """Inside a ring of pieces joined end to end in order."""

    op: Literal["area"]
    ring: list[RingPiece] = Field(min_length=1)


class PolygonOp(_Op):
    """A polygon by its corners, or one that is drawn in a trace file."""

    op: Literal["polygon"]
    coordinates: list[Position] | None = Field(
        default=None, min_length=3, description="[lon, lat] in degrees, as a text states them"
    )
    trace: PlaceId | None = None
    uncertainty_km: Kilometres | None = Field(
        default=None, gt=0, le=200, description="how far off the coordinates may be"
    )

    @model_validator(mode="after")
    def _one_of(self) -> PolygonOp:
        if (self.coordinates is None) == (self.trace is None):
            raise ValueError("give either 'coordinates' or 'trace'")
        if (self.coordinates is None) != (self.uncertainty_km is None):
            raise ValueError(
                "'uncertainty_km' goes with 'coordinates': how far off they may be; a trace's "
                "features carry their own uncertainty_m"
            )
        return self


class UnitsOp(_Op):
    """Named polygons of a trace file taken together, as subdistricts."""

    op: Literal["units"]
    trace: PlaceId
    of: list[str] = Field(min_length=1, description="the 'name' of each polygon in the file")


class StripOp(_Op):
    """Points of an area within ``depth_km`` of one of its named edges, or of any line."""

    op: Literal["strip"]
    area: Recipe
    edge: Annotated[
        Annotated[str, Tag("name")] | Annotated[LineRecipe, Tag("line")],
        Discriminator(lambda value: "name" if isinstance(value, str) else "line"),
    ]
    depth_km: Distance


class BandOp(_Op):
    """Points within ``depth_km`` of a border on the side of a place, between two places.

    ``cut`` says how its ends run: along the meridians of the two places, or across the border at
    its points nearest to them. Left out: by meridians where the border runs past both and the
    places lie more east and west than north and south of each other, else across.
    """

    op: Literal["band"]
    border: LineRecipe
    towards: PlaceId
    depth_km: Distance
    from_: PlaceId = Field(alias="from")
    to: PlaceId
    cut: Literal["meridians", "across"] | None = None


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
    PointOp | DiscOp | PathOp | ContactLineOp | OffsetOp | CorridorOp | AreaOp | PolygonOp
    | RectangleOp | UnitsOp | StripOp | BandOp | UnionOp | IntersectionOp | DifferenceOp | ZoneOp
    | ShapeOp | FuzzyOp | LabelOp | NowhereOp,
    Field(discriminator="op"),
]  # fmt: skip


def parts(recipe: BaseModel) -> Iterator[BaseModel]:
    """Yield a recipe and every recipe and ring piece inside it, outermost first."""
    yield recipe
    for _, item in _items(recipe):
        if isinstance(item, BaseModel):
            yield from parts(item)


def _items(recipe: BaseModel) -> Iterator[tuple[str, Any]]:
    """Yield what stands in each field, each item of a list by itself, with the field's name."""
    for name, value in recipe:
        for item in value if isinstance(value, list) else [value]:
            yield name, item


Mention = Literal["place", "trace", "pairs", "zone", "shape"]


def mentions(recipe: BaseModel) -> Iterator[tuple[Mention, str]]:
    """Yield the kind and id of everything that a recipe names."""
    for part in parts(recipe):
        if isinstance(part, ZoneOp | ShapeOp):
            yield part.op, part.id
            continue
        for name, item in _items(part):
            if isinstance(item, str) and name in _MENTIONS:
                yield _MENTIONS[name], item


_MENTIONS: dict[str, Mention] = {
    "trace": "trace", "pairs": "pairs", "place": "place", "center": "place", "places": "place",
    "from_": "place", "to": "place", "towards": "place",
}  # fmt: skip
