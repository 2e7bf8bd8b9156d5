"""POST /at: up to some thousands of points with their days, answered in their order."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
# Bodies longer than this are few at a time; a thousand points in CSV take a tenth of it.
_LARGE = 1_000_000
# What a body may hold beside its points, before anything is made of it.
_MOST_VALUES = 100
_MOST_COLUMNS = 200


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
    for name in ("on", "known_by"):
        params.optional_day(given, name)
    with ExitStack() as held:
        body = await _body(request, held)
        stop = Stop(request.app.state.settings.max_points)
        held.callback(stop.set)
        lines = await anyio.to_thread.run_sync(read, body, given, stop)
    snapshot = snapshot_of(request)
    stream = _stream(snapshot, lines, as_lines=chosen is NDJSON)
    return StreamingResponse(stream, media_type=chosen.media_type)


class LargeBodies:
    """How many large bodies are being read; all in one thread, that of the event loop."""

    def __init__(self, most: int) -> None:
        self.most, self.now = most, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one more while it is read; a problem 503 where there are too many."""
        if self.now >= self.most:
            says = f"{self.most} large bodies are being read; try again, or send less than 1 MB"
            raise HTTPException(503, says, {"retry-after": "5"})
        self.now += 1
        try:
            yield
        finally:
            self.now -= 1


class Stop(threading.Event):
    """How many points are read, and whether anybody still waits for them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def refuse(self, count: int) -> None:
        """Refuse more points than are answered."""
        if count > self.most:
            raise HTTPException(413, f"more than {self.most} points; ask in several requests")

    def refuse_values(self, body: bytearray, marks: bytes) -> None:
        """Refuse a body by the marks that its values stand after: counted, not made."""
        if sum(map(body.count, marks)) > self.most * _MOST_VALUES:
            message = f"more than {_MOST_VALUES} values a point; leave out what is not asked"
            raise HTTPException(413, message)

    def points(self, made: Iterable[BatchPoint]) -> list[BatchPoint]:
        """Return points up to one too many, made one by one while somebody waits."""
        found: list[BatchPoint] = []
        for one in made:
            if self.is_set():
                raise HTTPException(503, "nobody waits for the answer")
            found.append(one)
            self.refuse(len(found))
        return found


async def _body(request: Request, held: ExitStack) -> bytearray:
    """Return the body of a request; one that is large is counted until ``held`` is left."""
    state = request.app.state
    most = state.settings.max_body_bytes
    whole = bytearray()
    large = False
    async for part in request.stream():
        whole += part
        if len(whole) > most:
            raise HTTPException(413, f"the body is longer than {most} bytes")
        if len(whole) > _LARGE and not large:
            held.enter_context(state.large_bodies.one())
            large = True
    return whole


Read = Callable[[bytearray, dict[str, str], Stop], list[BatchPoint]]


def _reader(request: Request) -> Read:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("application/geo+json", "application/json"):
        return read_geojson
    if kind in ("text/csv", "application/csv"):
        return read_csv
    raise HTTPException(415, "send application/geo+json or text/csv")


def read_csv(body: bytearray, given: dict[str, str], stop: Stop) -> list[BatchPoint]:
    """Return the points of a CSV with columns lon and lat; on, known_by and id where there are."""
    stop.refuse_values(body, b",")
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise QueryError("body", "", "is not UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        if not {"lon", "lat"} <= set(header):
            raise QueryError("body", "", "the first line must name the columns lon and lat")
        if len(header) > _MOST_COLUMNS:
            raise QueryError("body", "", f"has {len(header)} columns; {_MOST_COLUMNS} are enough")
        return stop.points(_csv_point(reader.line_num, header, row, given) for row in reader if row)
    except csv.Error as error:
        raise QueryError("body", "", f"line {reader.line_num}: {error}") from None


def _csv_point(number: int, header: list[str], row: list[str], given: dict[str, str]) -> BatchPoint:
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
    if len(row) != len(header):
        message = f"has {len(row)} cells where the header has {len(header)}"
        return BatchPoint(number, cells.get("id"), QueryError("line", number, message))
    return _point(number, cells.get("id"), cells.get("lon"), cells.get("lat"), cells, given)


def read_geojson(body: bytearray, given: dict[str, str], stop: Stop) -> list[BatchPoint]:
    """Return the points of a feature collection; on and known_by are properties."""
    stop.refuse_values(body, b",[{")
    try:
        whole = orjson.loads(body)
        features = whole["features"]
        if whole["type"] != "FeatureCollection" or not isinstance(features, list):
            raise TypeError
    except orjson.JSONDecodeError as error:
        raise QueryError("body", "", f"is no JSON ({error})") from None
    except (KeyError, TypeError):
        raise QueryError("body", "", "must be a GeoJSON FeatureCollection") from None
    stop.refuse(len(features))
    return stop.points(_feature_point(n, one, given) for n, one in enumerate(features, start=1))


def _feature_point(number: int, feature: Any, given: dict[str, str]) -> BatchPoint:
    name = feature.get("id") if isinstance(feature, dict) else None
    if name is not None and (isinstance(name, bool) or not isinstance(name, str | int | float)):
        return BatchPoint(number, None, QueryError("id", "", "must be a text or a number"))
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
