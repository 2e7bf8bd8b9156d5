"""Questions about a place and a day; the answers are those of the command."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.params import Built, KnownBy, On, only
from layers import query
from layers.export import dumps

router = APIRouter(tags=["questions"])


@router.get("/at", dependencies=[only("lon", "lat", "on", "known_by", "within")])
def at(
    layers: Built,
    lon: Annotated[float, Query(description="Longitude in degrees, WGS84.")],
    lat: Annotated[float, Query(description="Latitude in degrees, WGS84.")],
    on: On = None,
    known_by: KnownBy = None,
    within: Annotated[
        float | None, Query(description="Also rows outside within so many kilometres.")
    ] = None,
) -> Response:
    """Say which rows hold a point, on a day or ever."""
    answers = query.at(
        layers,
        lon,
        lat,
        on=query.day("on", on),
        by=query.day("known_by", known_by),
        within_km=within,
    )
    zones = [answer.as_dict() for answer in answers]
    body = {"lon": lon, "lat": lat, "on": on, "known_by": known_by, "zones": zones}
    return Response(dumps(body), media_type="application/json")
