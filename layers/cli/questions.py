"""Commands that answer: at, diff, explain, search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option

from layers.cli import options
from layers.cli.common import Coordinates, build_atlas, read_record, show
from layers.errors import QueryError

if TYPE_CHECKING:
    from layers.query.search import Match

commands = typer.Typer()


@commands.command(cls=Coordinates, context_settings={"ignore_unknown_options": True})
def at(
    context: typer.Context,
    lon: Annotated[
        float | None, Argument(help="Longitude in degrees, WGS84.", show_default=False)
    ] = None,
    lat: Annotated[
        float | None, Argument(help="Latitude in degrees, WGS84.", show_default=False)
    ] = None,
    file: Annotated[
        Path | None,
        Option(
            "--file", help="Points of a file in place of one: CSV, .xlsx, GeoJSON, GeoPackage ..."
        ),
    ] = None,
    on: options.On = None,
    known_by: options.KnownBy = None,
    within: Annotated[
        float | None, Option("--within", metavar="KM", help="Also rows so near outside.")
    ] = None,
    encoding: options.Encoding = None,
    sheet: options.Sheet = None,
    dates: options.Dates = None,
    as_json: options.AsJson = False,
) -> None:
    """Say which rows hold a point, on a day or ever; or all points of a file."""
    from layers.query.points import PointIndex, query_point

    if file is not None and (lon is not None or within is not None):
        raise QueryError("file", str(file), "asks for its own points; leave out LON LAT, --within")
    if file is not None:
        _at_file(context, file, {"on": on, "known_by": known_by}, (encoding, sheet, dates), as_json)
        return
    if lon is None or lat is None:
        raise typer.BadParameter("name LON and LAT, or a --file of points", context)

    index = PointIndex(build_atlas(context))
    found = query_point(index, lon, lat, on=on, known_by=known_by, within_km=within)
    zones = [answer.as_dict() for answer in found]
    nothing = f"nothing in the record holds {lon:g}, {lat:g}{f' on {on}' if on else ''}"
    data = {"lon": lon, "lat": lat, "on": on, "known_by": known_by, "zones": zones}
    show(data, list(map(_answer_line, zones)) or [nothing], as_json=as_json)


def _at_file(
    context: typer.Context,
    file: Path,
    given: dict[str, str | None],
    said: tuple[str | None, str | None, str | None],
    as_json: bool,
) -> None:
    """Answer each point of a file in its order, a line a point or as the service does."""
    from layers.events.points import file_points
    from layers.events.sources import ReadOptions
    from layers.query.filters import optional_day
    from layers.query.point_rows import answers_of, point_row
    from layers.query.points import PointIndex

    form = ReadOptions(*said)
    days = {name: optional_day(name, day) for name, day in given.items()}
    rows = [point_row(one, days, form.dates) for one in file_points(str(file), form)]
    answers = list(answers_of(PointIndex(build_atlas(context)), rows))
    show({"answers": answers}, map(_row_line, answers), as_json=as_json)


def _row_line(answer: dict[str, Any]) -> str:
    head = f"line {answer['line']}" + (f" ({answer['id']})" if "id" in answer else "")
    zones = ", ".join(zone["id"] for zone in answer.get("zones", ())) or "nothing"
    return f"{head}: {answer.get('error') or zones}"


@commands.command()
def explain(
    context: typer.Context,
    zone: Annotated[str, Argument(help="The id of a zone; 'tamas layers --json' lists them.")],
    as_json: options.AsJson = False,
) -> None:
    """Say what a zone is, how its shape follows from the text, and who says so."""
    from layers.query.explain import explain as explained

    data = explained(build_atlas(context), zone)
    show(data, [repr(data)], as_json=as_json)


@commands.command("diff")
def compare(
    context: typer.Context,
    first: Annotated[str, Argument(metavar="DATE", help="One day, YYYY-MM-DD.")],
    second: Annotated[str, Argument(metavar="DATE", help="Another day.")],
    known_by: options.KnownBy = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what appeared, ended or changed between two days, zone by zone."""
    from layers.query import filters as query
    from layers.query.changes import diff
    from layers.query.clauses import deadlines_passed

    days = [query.required_day(name, text) for name, text in (("from", first), ("to", second))]
    known = query.optional_day("known_by", known_by)
    built = build_atlas(context)
    changes = diff(built, *days, known_by=known)
    passed = [state.as_dict() for state in deadlines_passed(built.record, *days, known_by=known)]
    data = {"from": first, "to": second, "known_by": known_by, "zones": changes,
            "deadlines_passed": passed}  # fmt: skip
    show(data, _change_lines(changes, passed), as_json=as_json)


def _change_lines(changes: list[dict[str, Any]], passed: list[dict[str, Any]]) -> Iterator[str]:
    for item in changes:
        if item["change"] != "unchanged":
            yield f"{item['change']}: {_names_in(item)}"
            yield f"  {_states(item['before'])} -> {_states(item['after'])}"
            yield f"  {', '.join(item['claim_ids']) or 'no claim'}"
    yield f"unchanged: {sum(item['change'] == 'unchanged' for item in changes)}"
    for state in passed:
        yield f"deadline passed: {state['by_day']} {state['id']}"


@commands.command()
def search(
    context: typer.Context,
    name: Annotated[str, Argument(help="A name in any spelling.")],
    limit: Annotated[int, Option(min=1, max=1000, help="How many at the most.")] = 10,
    as_json: options.AsJson = False,
) -> None:
    """Find a place by name."""
    from layers.query import search as finder

    matches = finder.search(read_record(context), name, limit=limit)
    lines = [_match_line(match) for match in matches]
    nothing = f"no place of the record is spelt like {name!r}"
    show([match.as_dict() for match in matches], lines or [nothing], as_json=as_json)


def _match_line(match: Match) -> str:
    place = match.place
    names = " · ".join(name or "-" for name in place.names.values())
    spot = f"{place.lon:.4f}, {place.lat:.4f}"
    return f"{place.id}: {names} ({place.kind}; {spot}; matched {match.spelling!r})"


def _names_in(item: dict[str, Any]) -> str:
    """Return what something is called in the languages of the atlas."""
    return " · ".join(text for name, text in item.items() if name.startswith("name_"))


def _states(states: dict[str, list[str]]) -> str:
    parts = (f"{track} {' and '.join(names)}" for track, names in states.items())
    return ", ".join(parts).replace("_", " ") or "nothing"


def _answer_line(answer: dict[str, Any]) -> str:
    relation = {
        "inside_all": "inside in every reading",
        "inside_some": "inside in some readings",
        "outside": "outside",
    }[answer["relation"]]
    far = answer["distance_to_edge_m"]
    edge = f", {far / 1000:.1f} km from the edge" if far is not None else ""
    holds = f" ({answer['holds']})" if answer["holds"] else ""
    return (
        f"{_names_in(answer)} [{answer['id']}]\n"
        f"  {answer['track']}: {answer['status'].replace('_', ' ')}{holds}; {relation}{edge}"
    )
