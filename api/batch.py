"""POST /at: up to some thousands of points with their days, answered in their order."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from api import params
from api.features import snapshot_of
from api.negotiate import JSON, Representation, choose
from api.snapshot import Snapshot
from layers.errors import QueryError
from layers.query.filters import optional_day
from layers.query.points import PointAnswer, PointQuery, query_points

router = APIRouter()
NDJSON = Representation("ndjson", "application/x-ndjson", "JSON, one answer a line")
_SORTED = orjson.OPT_SORT_KEYS
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class BatchPoint:
    """One point of the body: where it stood, what it asks, or what is wrong with it."""

    number: int
    name: Any
    asked: PointQuery | QueryError
    texts: tuple[str | None, str | None] = (None, None)


@router.route("/at", methods=["POST"])
async def at_points(request: Request) -> Response:
    """Say for many points which rows hold each, on its day or ever."""
    given = params.parse_query(request, "on", "known_by", "f")
    chosen = choose(request, given, (JSON, NDJSON))
    read = _reader(request)
    body = await _body(request)
    most = request.app.state.settings.max_points
    lines = await anyio.to_thread.run_sync(read, body, given)
    if len(lines) > most:
        raise HTTPException(413, f"more than {most} points; ask in several requests")
    snapshot = snapshot_of(request)
    for name in ("on", "known_by"):
        params.optional_day(given, name)
    stream = _stream(snapshot, lines, as_lines=chosen is NDJSON)
    return StreamingResponse(stream, media_type=chosen.media_type)


async def _body(request: Request) -> bytes:
    most = request.app.state.settings.max_body_bytes
    whole = bytearray()
    async for part in request.stream():
        whole += part
        if len(whole) > most:
            raise HTTPException(413, f"the body is longer than {most} bytes")
    return bytes(whole)


Read = Callable[[bytes, dict[str, str]], list[BatchPoint]]


def _reader(request: Request) -> Read:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("application/geo+json", "application/json"):
        return read_geojson
    if kind in ("text/csv", "application/csv"):
        return read_csv
    raise HTTPException(415, "send application/geo+json or text/csv")


def read_csv(body: bytes, given: dict[str, str]) -> list[BatchPoint]:
    """Return the points of a CSV with columns lon and lat; on, known_by and id where there are."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise QueryError("body", "", "is not UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if not {"lon", "lat"} <= set(header):
            raise QueryError("body", "", "the first line must name the columns lon and lat")
        return [_csv_point(reader.line_num, header, row, given) for row in reader if row]
    except csv.Error as error:
        raise QueryError("body", "", f"line {reader.line_num}: {error}") from None


def _csv_point(number: int, header: list[str], row: list[str], given: dict[str, str]) -> BatchPoint:
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    if len(row) != len(header):
        message = f"has {len(row)} cells where the header has {len(header)}"
        return BatchPoint(number, cells.get("id"), QueryError("line", number, message))
    return _point(number, cells.get("id"), cells.get("lon"), cells.get("lat"), cells, given)


def read_geojson(body: bytes, given: dict[str, str]) -> list[BatchPoint]:
    """Return the points of a feature collection; on and known_by are properties."""
    try:
        whole = orjson.loads(body)
        features = whole["features"]
        if whole["type"] != "FeatureCollection" or not isinstance(features, list):
            raise TypeError
    except orjson.JSONDecodeError as error:
        raise QueryError("body", "", f"is no JSON ({error})") from None
    except (KeyError, TypeError):
        raise QueryError("body", "", "must be a GeoJSON FeatureCollection") from None
    return [_feature_point(number, one, given) for number, one in enumerate(features, start=1)]


def _feature_point(number: int, feature: Any, given: dict[str, str]) -> BatchPoint:
    name = feature.get("id") if isinstance(feature, dict) else None
    try:
        geometry = feature["geometry"]
        lon, lat, *_ = geometry["coordinates"]
        if geometry["type"] != "Point":
            raise TypeError
    except (KeyError, TypeError, ValueError):
        return BatchPoint(number, name, QueryError("geometry", "", "must be a Point"))
    properties = feature.get("properties")
    cells = properties if isinstance(properties, dict) else {}
    return _point(number, name, lon, lat, cells, given)


def _point(
    number: int, name: Any, lon: Any, lat: Any, cells: dict[str, Any], given: dict[str, str]
) -> BatchPoint:
    try:
        on, known_by = (_text(key, cells.get(key) or given.get(key)) for key in ("on", "known_by"))
        asked = PointQuery(
            _number("lon", lon),
            _number("lat", lat),
            optional_day("on", on or None),
            optional_day("known_by", known_by or None),
        )
        return BatchPoint(number, name, asked, (on, known_by))
    except QueryError as error:
        return BatchPoint(number, name, error)


def _text(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise QueryError(name, value, "must be a text, as 2020-03-05")
    return value


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise QueryError(name, value, "must be a number")
    return params.parse_float(name, str(value))


async def _stream(
    snapshot: Snapshot, lines: Sequence[BatchPoint], *, as_lines: bool
) -> AsyncIterator[bytes]:
    """Yield the answers, some thousands at a time, each lot made in a thread."""
    if not as_lines:
        yield b'{"answers":['
    between = b"\n" if as_lines else b",\n"
    for start in range(0, len(lines), _CHUNK):
        lot = lines[start : start + _CHUNK]
        made = await anyio.to_thread.run_sync(_answers, snapshot, lot)
        yield (b"" if start == 0 else between) + between.join(made)
    yield b"\n" if as_lines else b"]}\n"


def _answers(snapshot: Snapshot, lines: Sequence[BatchPoint]) -> list[bytes]:
    sound = [line.asked for line in lines if isinstance(line.asked, PointQuery)]
    results = iter(query_points(snapshot.built, sound, index=snapshot.points))
    made = []
    for line in lines:
        result = line.asked if isinstance(line.asked, QueryError) else next(results)
        made.append(orjson.dumps(_body_of(line, result), option=_SORTED))
    return made


def _body_of(line: BatchPoint, result: list[PointAnswer] | QueryError) -> dict[str, Any]:
    head = {"line": line.number} if line.name is None else {"line": line.number, "id": line.name}
    if isinstance(result, QueryError) or isinstance(line.asked, QueryError):
        fault = result if isinstance(result, QueryError) else line.asked
        return {**head, "error": str(fault), "parameter": getattr(fault, "parameter", None)}
    on, known_by = line.texts
    return {
        **head,
        "lon": line.asked.lon,
        "lat": line.asked.lat,
        "on": on,
        "known_by": known_by,
        "zones": [answer.as_dict() for answer in result],
    }
