"""POST /at: up to some thousands of points with their days, answered in their order."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack

import anyio.to_thread
import orjson
from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import StreamingResponse

from api import params
from api.negotiate import JSON, Representation, choose
from api.resource import snapshot_of
from layers.errors import QueryError
from layers.events.errors import EventsError
from layers.events.geojson import declared
from layers.events.points import PointCells, feature_points, table_points, text_points
from layers.events.tables import of_json, of_workbook
from layers.events.workbook import Bounds
from layers.query.point_rows import Days, PointRow, answers_of, point_row
from layers.query.points import PointIndex

router = APIRouter()
NDJSON = Representation("ndjson", "application/x-ndjson", "JSON, one answer a line")
_CHUNK = 2000
# Bodies longer than this are few at a time; a thousand points in CSV take a tenth of it.
_LARGE = 1_000_000
# What a body may hold beside its points, before anything is made of it.
_MOST_VALUES = 100
_MOST_COLUMNS = 200
# A workbook packs some tenfold.
_MOST_UNPACKED = 64_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.route("/at", methods=["POST"])
async def at_points(request: Request) -> Response:
    """Say for many points which rows hold each, on its day or ever."""
    given = params.parse_query(request, "on", "known_by", "f")
    chosen = choose(request, given, (JSON, NDJSON))
    read = _reader(request)
    days = {name: params.optional_day(given, name) for name in ("on", "known_by")}
    with ExitStack() as held:
        body = await _body(request, held)
        stop = Stop(request.app.state.settings.max_points)
        held.callback(stop.set)
        try:
            lines = await anyio.to_thread.run_sync(read_points, read, body, days, stop)
        except EventsError as error:
            raise QueryError("body", "", str(error).removeprefix("body: ")) from None
    stream = _stream(snapshot_of(request).points, lines, as_lines=chosen is NDJSON)
    return StreamingResponse(stream, media_type=chosen.media_type)


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

    def points(self, made: Iterable[PointRow]) -> list[PointRow]:
        """Return points up to one too many, made one by one while somebody waits."""
        found: list[PointRow] = []
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
    async for part in request.stream():
        whole += part
        if len(whole) > most:
            raise HTTPException(413, f"the body is longer than {most} bytes")
        if len(whole) > _LARGE >= len(whole) - len(part):
            if not state.large_bodies.acquire(blocking=False):
                most = state.settings.max_large_bodies
                says = f"{most} large bodies are being read; try again, or send less than 1 MB"
                raise HTTPException(503, says, {"retry-after": "5"})
            held.callback(state.large_bodies.release)
    return whole


Read = Callable[[bytearray, Stop], Iterable[PointCells]]


def _reader(request: Request) -> Read:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("application/geo+json", "application/json"):
        return read_geojson
    if kind in ("text/csv", "application/csv", "text/tab-separated-values"):
        return read_csv
    if kind == XLSX:
        return read_workbook
    raise HTTPException(415, f"send application/geo+json, text/csv or {XLSX}")


def read_csv(body: bytearray, stop: Stop) -> Iterable[PointCells]:
    """Return the points of a CSV with a longitude and a latitude; on, known_by, id where given."""
    stop.refuse_values(body, b",;\t")
    return text_points(io.BytesIO(body), None, _MOST_COLUMNS)


def read_workbook(body: bytearray, stop: Stop) -> Iterable[PointCells]:
    """Return the points of the first sheet of a workbook."""
    bounds = Bounds(_MOST_UNPACKED, stop.most * _MOST_VALUES)
    return table_points(of_workbook("body", io.BytesIO(body), None, bounds))


def read_geojson(body: bytearray, stop: Stop) -> Iterable[PointCells]:
    """Return the points of a feature collection; on and known_by are properties."""
    stop.refuse_values(body, b",[{")
    try:
        whole = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        if isinstance(whole, dict) and isinstance(whole.get("data"), list):  # ACLED's answer
            stop.refuse(len(whole["data"]))
            return table_points(of_json("body", body, len(body)))
        features = whole["features"]
        if whole["type"] != "FeatureCollection" or not isinstance(features, list):
            raise TypeError
    except orjson.JSONDecodeError as error:
        raise QueryError("body", "", f"is no JSON ({error})") from None
    except (KeyError, TypeError):
        raise QueryError("body", "", "must be a GeoJSON FeatureCollection") from None
    stop.refuse(len(features))
    to_degrees = declared("body", whole)
    return (feature_points(n, one, to_degrees) for n, one in enumerate(features, start=1))


def read_points(read: Read, body: bytearray, days: Days, stop: Stop) -> list[PointRow]:
    """Return the points of a body as they are asked; ``days`` are those of all."""
    return stop.points(point_row(one, days) for one in read(body, stop))


def _stream(index: PointIndex, lines: Sequence[PointRow], *, as_lines: bool) -> Iterator[bytes]:
    """Yield the answers, some thousands at a time; each lot is made in a thread."""
    if not as_lines:
        yield b'{"answers":['
    between = b"\n" if as_lines else b",\n"
    for start in range(0, len(lines), _CHUNK):
        answers = answers_of(index, lines[start : start + _CHUNK])
        lot = between.join(orjson.dumps(one, option=orjson.OPT_SORT_KEYS) for one in answers)
        yield lot if start == 0 else between + lot
    yield b"\n" if as_lines else b"]}\n"
