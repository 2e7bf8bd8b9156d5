"""The budget of a record: too much of anything is one fault, found before it is paid for."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import layers.build.assembly
from geo.budget import Budget, outline_points
from geo.errors import GeometryError
from geo.lines import Trace, trace_line
from layers.build.assembly import build
from layers.build.inputs import iter_inputs
from layers.errors import SeedFaults
from layers.record import checks
from layers.record.reader import read
from layers.settings import Limits
from tests.support.atlases import SECOND, Edit, add, faults_of, put, swap

LANTERN, ROAD = "zones/lantern-waters.yaml", "traces/ferry-road.geojson"
DISC = "\n  op: disc\n  center: lantern-rock\n  radius_km: 15"


def long_trace(count: int) -> Edit:
    """Return an edit that draws the road in so many vertices."""
    return lambda folder: put(ROAD, trace(wandering(count, 0.001)))(folder)


def trace(coords) -> str:
    about = {"uncertainty_m": 500, "method": "x", "source": "ostrel-chart", "licence": "x"}
    geometry = {"type": "LineString", "coordinates": np.asarray(coords).round(6).tolist()}
    feature = {"type": "Feature", "properties": about, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def wandering(count: int, amplitude: float = 0.05):
    """Return a zigzag in which every arc of a wide buffer would lie over every other."""
    lat = -20.5 + amplitude * np.where(np.arange(count) % 2, 1, -1)
    return np.column_stack([np.linspace(-21.4, -20.4, count), lat])


def star(count: int):
    """Return a line of which every edge crosses every other."""
    angle = np.arange(count) * np.pi * (1 + 1 / count)
    return np.column_stack([-21 + 0.003 * np.cos(angle), -20.5 + 0.003 * np.sin(angle)])


def many_periods(folder) -> None:
    text = (folder / LANTERN).read_text(encoding="utf-8")
    head, period = text.split("periods:\n")
    one = re.split(r"(?m)^  - ", period)[1]
    (folder / LANTERN).write_text(f"{head}periods:\n" + f"  - {one}" * 1000, encoding="utf-8")


def nest(folder) -> None:
    """Unions of the union that follows, twice each: 2 to the 60th if each were followed anew."""
    text = (folder / LANTERN).read_text(encoding="utf-8")
    for number in range(60):
        name = f"nest-{number:02d}"
        inner = "lantern-waters" if number == 59 else f"nest-{number + 1:02d}"
        of = f"{{op: zone, id: {inner}, on: 2006-03-01}}"
        made = text.replace("id: lantern-waters", f"id: {name}", 1)
        made = re.sub(r"recipe:\n(  .*\n)+", f"recipe: {{op: union, of: [{of}, {of}]}}\n", made)
        (folder / "zones" / f"{name}.yaml").write_text(made, encoding="utf-8")


# The edit, then the file and field of the fault, and how it says what to mend.
OVER = {
    "vertices of a trace": (
        long_trace(100_000),
        (ROAD, "geometry"),
        r"100,000 vertices, at most 20,000 .*set TAMAS_MAX_TRACE_VERTICES",
    ),
    "a ring": (
        long_trace(20_001),
        (ROAD, "geometry"),
        r"20,001 vertices, at most 20,000",
    ),
    "parts of a recipe": (
        swap(LANTERN, DISC, " {op: union, of: [" + "{op: point, place: hask}, " * 600 + "]}"),
        (LANTERN, "recipe"),
        "601 parts, at most 500 .*set TAMAS_MAX_RECIPE_PARTS",
    ),
    "a width": (
        swap(LANTERN, "radius_km: 15", "radius_km: 1500"),
        (LANTERN, "recipe"),
        r"1,500 kilometres, at most 1,000 .*set TAMAS_MAX_WIDTH_KM",
    ),
    "periods of a zone": (
        many_periods,
        (LANTERN, "periods"),
        "1,000 periods, at most 250 .*set TAMAS_MAX_PERIODS",
    ),
    "values of an entry": (
        add(LANTERN, "more: [" + "1, " * 30_000 + "]\n"),
        (LANTERN, ""),
        r"30,0\d\d values or more, at most 20,000 .*set TAMAS_MAX_RECORD_VALUES",
    ),
    "bytes of a file": (
        add(LANTERN, "# " + "x" * 8_000_000),
        (LANTERN, ""),
        r"longer than 8,000,000 bytes \(TAMAS_MAX_FILE_BYTES\)",
    ),
    "recipes in each other": (
        nest,
        ("zones/nest-00.yaml", "recipe"),
        r"41 recipes in each other; at most 40 .*set TAMAS_MAX_RECIPE_DEPTH",
    ),
}


@pytest.mark.parametrize("what", OVER)
def test_too_much_is_a_fault_that_names_it_its_value_and_the_limit(seeds, monkeypatch, what):
    """Nothing is drawn for it: what a shape would cost is counted before."""
    edit, (path, field), message = OVER[what]
    edit(seeds)
    if field not in {"", "recipe"} or "parts" in what:
        monkeypatch.setattr(layers.build.assembly, "evaluate_recipe", lambda *_: 1 / 0)
        monkeypatch.setattr(checks, "_overlaps", lambda *_: 1 / 0)
    faults = [one for one in faults_of(seeds) if one.path == path]
    assert any(one.field == field and re.search(message, one.message) for one in faults), [
        str(one) for one in faults
    ]


COUNTS = {"max_zones": "zones", "max_rows": "periods of all zones", "max_entries": "claims",
          "max_record_bytes": "bytes with the files before it"}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_a_limit_is_set_from_outside(name):
    with pytest.raises(
        SeedFaults, match=rf"{COUNTS[name]}, at most 5 are read.*TAMAS_{name.upper()}"
    ):
        read(SECOND, Limits(**{name: 5}))


def test_the_environment_sets_limits(monkeypatch, seeds):
    swap(LANTERN, "radius_km: 15", "radius_km: 1500")(seeds)
    monkeypatch.setenv("TAMAS_MAX_WIDTH_KM", "1500")
    assert not [fault for fault in faults_of(seeds) if "kilometres" in fault.message]


def test_faults_are_listed_up_to_a_number(seeds):
    put("layers.yaml", "- {id: x}\n" * 3000)(seeds)
    with pytest.raises(SeedFaults, match="1000 faults in the record, and more") as caught:
        read(seeds)
    assert len(caught.value.faults) == 1000


# --- what a drawing costs --------------------------------------------------------------------


def line_of(coords):
    return trace_line(Trace("x", (np.asarray(coords),), (500.0,)))


def test_arcs_that_lie_over_each_other_are_refused_before_they_are_drawn():
    line = line_of(wandering(500))
    assert outline_points(line, 100_000) > 250_000
    with pytest.raises(GeometryError, match=r"points in the outline of a line of width 100 km"):
        Budget().line(line, 100_000)
    assert Budget().line(line, 1_000) is line


def test_edges_that_cross_each_other_are_counted_only_as_far_as_is_allowed():
    budget = Budget(crossings=50_000)
    with pytest.raises(GeometryError, match=r"[0-9,]+ pairs of edges that meet; at most 50,000"):
        budget.line(line_of(star(3000)), 10)


def test_a_line_that_is_too_rough_is_simplified_to_what_its_uncertainty_allows():
    """A hundred thousand vertices that shake by 20 m on a trace that is sure to 500 m."""
    rough = line_of(wandering(100_000, 0.0002))
    smooth = Budget().line(rough, 20_000)
    assert len(smooth.coords) < 100
    assert set(smooth.uncertainty_m) == {550.0}
    assert np.array_equal(smooth.coords[[0, -1]], rough.coords[[0, -1]])


def test_all_shapes_together_have_a_budget(second):
    with pytest.raises(SeedFaults, match="points in all shapes so far; at most 1,000"):
        build(second.record, Limits(max_points_drawn=1000))


def test_zones_that_name_each_other_again_and_again_are_followed_once(seeds, monkeypatch):
    nest(seeds)
    record = read(seeds)
    followed = []
    real = layers.build.inputs.recipe_on
    monkeypatch.setattr(layers.build.inputs, "recipe_on", lambda *a: followed.append(a) or real(*a))
    assert list(iter_inputs(record, record.zones["nest-00"].recipe)) == [("place", "lantern-rock")]
    assert len(followed) == 60


def test_the_real_record_is_far_below_every_limit(real):
    """A tenth of each limit would do, but for what one line of the record takes."""
    limits = Limits()
    tenth = {
        name: max(1, getattr(limits, name) // 5)
        for name in type(limits).model_fields
        if name not in {"max_line_points", "max_recipe_depth"}
    }
    build(read(real.record.root, Limits(**tenth)), Limits(**tenth))
