"""Shapes that a desk drew become drafts, and say what is left to fill in."""

from __future__ import annotations

import json
import sys

import geopandas as gpd
import pytest
import shapely

from layers.cli import main
from layers.errors import ExportError, QueryError, SeedFaults, UnknownId
from layers.exchange.drafts import Stated, import_drawn
from layers.record.reader import read
from layers.record.strict_yaml import load
from tests.support.atlases import faults_of

RING = [(-20.5, -20.5), (-20.1, -20.5), (-20.1, -20.2), (-20.5, -20.2)]
DRAWN = gpd.GeoDataFrame(
    {
        "name": ["Salt Meadow", "Salt Road", "Salt Post", "Тиша"],
        "name:ar": ["مرج الملح", None, None, None],
        "uncertainty_m": [None, None, 90.0, None],
    },
    geometry=[
        shapely.Polygon(RING[::-1]),
        shapely.MultiLineString([RING[:3]]),
        shapely.Point(-20.3, -20.3, 12),
        shapely.Point(-20.4, -20.4),
    ],
    crs="EPSG:4326",
)
STATED = Stated(uncertainty_m=250.0)


def drawn_in(folder, suffix):
    path = folder / f"shapes{suffix}"
    if suffix == ".kml":
        DRAWN.rename(columns={"name": "Name"}).to_file(path, driver="LIBKML", layer="desk")
    else:
        table = DRAWN.to_crs("EPSG:32727") if suffix == ".gpkg" else DRAWN
        table.to_file(path)
    return path


@pytest.mark.parametrize("suffix", [".geojson", ".kml", ".gpkg"])
def test_each_shape_becomes_its_kind_of_record(seeds, tmp_path, suffix):
    made = import_drawn(seeds, drawn_in(tmp_path, suffix), STATED)
    assert sorted(made.files) == [
        "places.csv", "traces/salt-meadow.geojson", "traces/salt-road.geojson",
        "zones/salt-meadow.yaml",
    ]  # fmt: skip
    zone = load(made.files["zones/salt-meadow.yaml"])
    assert zone["recipe"] == {"op": "polygon", "trace": "salt-meadow"}
    assert zone["geom_basis"] == "digitised_public_map"
    assert zone["names"] == {"en": "Salt Meadow", "ar": "مرج الملح"}
    (feature,) = json.loads(made.files["traces/salt-meadow.geojson"])["features"]
    assert feature["properties"]["uncertainty_m"] == 250
    assert shapely.from_geojson(json.dumps(feature["geometry"])).equals_exact(
        shapely.Polygon(RING), 1e-6, normalize=True
    )
    old = (seeds / "places.csv").read_text(encoding="utf-8")
    post, quiet = made.files["places.csv"].removeprefix(old).splitlines()
    assert post.startswith("salt-post,Salt Post,")
    assert ",-20.3,-20.3,90," in post
    assert quiet.startswith("shapes-4,Тиша,")
    left = sum(text.count("TODO") for text in made.files.values())
    said = f"1 zone, 1 trace, 2 places; {left} values to fill in; tamas check names them"
    assert made.notes == (said,)


def test_check_asks_for_what_is_left_and_for_nothing_else(seeds, tmp_path):
    import_drawn(seeds, drawn_in(tmp_path, ".geojson"), STATED).write(seeds)
    faults = [str(fault) for fault in faults_of(seeds)]
    assert len(faults) > 20
    assert [one for one in faults if "is still to be filled in" not in one] == []


def test_what_is_stated_is_written_and_a_trace_is_whole_then(seeds, tmp_path):
    stated = Stated(250.0, "official_map", "ostrel-chart", "CC0 1.0", "traced", {"ar": "name"})
    made = import_drawn(seeds, drawn_in(tmp_path, ".geojson"), stated)
    zone = load(made.files["zones/salt-meadow.yaml"])
    assert (zone["geom_basis"], zone["names"]["ar"]) == ("official_map", "Salt Meadow")
    for name in ("traces/salt-road.geojson", "traces/salt-meadow.geojson"):
        (seeds / name).write_text(made.files[name], encoding="utf-8")
    traces = read(seeds).traces
    assert traces["salt-road"].stretches[0].source == "ostrel-chart"
    assert len(traces["salt-meadow"].trace.polygons) == 1


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "has no shape"),
        ({"type": "Polygon", "coordinates": []}, "has no shape"),
        ({"type": "MultiPoint", "coordinates": [[-20, -20], [-21, -20]]}, "has 2 parts"),
        ({"type": "Polygon", "coordinates": [[[-20, -20], [-21, -21], [-20, -21], [-21, -20],
         [-20, -20]]]}, "is not sound (Self-intersection"),
        ({"type": "GeometryCollection", "geometries": [
            {"type": "Point", "coordinates": [-20, -20]},
            {"type": "LineString", "coordinates": [[-20, -20], [-21, -21]]}]}, "mixes points"),
        ({"type": "Point", "coordinates": [500000, 20]}, "no degrees"),
        ({"type": "LineString", "coordinates": [[-20, -20], [-20, -20]]}, "Too few points"),
    ],
)  # fmt: skip
def test_a_shape_that_cannot_be_taken_is_named(seeds, tmp_path, geometry, says):
    path = tmp_path / "desk.geojson"
    sound = {"type": "Point", "coordinates": [-20.2, -20.2]}
    features = [{"type": "Feature", "properties": {}, "geometry": one} for one in (sound, geometry)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with pytest.raises(SeedFaults) as refused:
        import_drawn(seeds, path, STATED)
    (fault,) = refused.value.faults
    assert (fault.path, fault.record) == (str(path), "feature 2")
    assert says in fault.message


@pytest.mark.parametrize(
    ("stated", "error", "says"),
    [
        (Stated(), SeedFaults, "say how far off"),
        (Stated(300_000.0), SeedFaults, "at most 200,000"),
        (Stated(9.0, basis="guess"), QueryError, "must be one of official_map"),
        (Stated(9.0, source="nobody"), UnknownId, "there is no source"),
        (Stated(9.0, names={"fr": "name"}), QueryError, "the atlas is in en, ar"),
        (Stated(9.0, names={"en": "NAME_EN"}), QueryError, "there are name, name:ar"),
        (Stated(9.0, id="name"), SeedFaults, "'Salt Meadow' is no id"),
    ],
)
def test_what_is_stated_is_looked_at(seeds, tmp_path, stated, error, says):
    with pytest.raises(error, match=says):
        import_drawn(seeds, drawn_in(tmp_path, ".geojson"), stated)


def test_nothing_that_is_there_is_written_over(seeds, tmp_path):
    path = drawn_in(tmp_path, ".geojson")
    import_drawn(seeds, path, STATED).write(seeds)
    with pytest.raises(SeedFaults) as refused:
        import_drawn(seeds, path, STATED)
    assert [fault.message.partition(";")[0] for fault in refused.value.faults] == [
        "there is a zone 'salt-meadow' already", "there is a trace 'salt-road' already",
        "there is a place 'salt-post' already", "there is a place 'shapes-4' already",
    ]  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"{}", b'{"type":"FeatureCollection","features":[]}'])
def test_a_file_without_shapes_is_named(seeds, tmp_path, content):
    path = tmp_path / "desk.geojson"
    path.write_bytes(content)
    with pytest.raises(ExportError, match=r"desk\.geojson"):
        import_drawn(seeds, path, STATED)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["shapes.geojson", "--uncertainty-m", "250", "--check"], 0, "would change: places.csv"),
        (["shapes.geojson", "--name", "en"], 1, "must be a language and its column"),
        (["shapes.xlsx", "--basis", "circle"], 1, "goes with drawn shapes"),
        (["shapes.csv"], 1, "must be .xlsx, .geojson"),
    ],
)
def test_the_ending_of_the_file_decides(seeds, tmp_path, monkeypatch, capsys, words, code, says):
    drawn_in(tmp_path, ".geojson")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tamas", "--seeds", str(seeds), "import", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert (left.value.code or 0) == code
    assert says in "".join(capsys.readouterr())
    assert not (seeds / "traces/salt-road.geojson").exists()
