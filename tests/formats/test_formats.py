"""Data formats: opened by other tools, with every row, column, shape and letter in place."""

from __future__ import annotations

import base64
import csv
import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import shapely

from layers.build.assembly import build
from layers.build.rows import READINGS, BuiltAtlas, ZonePeriod, columns, iter_rows
from layers.formats import FORMATS, guess_format, qgis_style
from layers.formats.columns import cell, columns_of
from layers.formats.content import Content
from layers.formats.evidence import record_evidence, row_evidence
from layers.formats.features import build_files
from layers.i18n import translator
from layers.query.selection import Selection
from layers.record.reader import read
from layers.style.colors import PAPER
from layers.style.symbology import default_symbology
from tests.support.atlases import swap
from tests.support.languages import OURS
from tests.support.reopened import by_gdal, gdal, same_shape

KML = "{http://www.opengis.net/kml/2.2}"
NAMES = [column.name for column in columns_of("rows", OURS)]


@dataclass(frozen=True)
class Written:
    content: Content
    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / f"all{FORMATS[name].ending}"

    @property
    def layers(self) -> BuiltAtlas:
        return self.content.built

    @cached_property
    def rows(self) -> list[ZonePeriod]:
        return list(iter_rows(self.content.rows))

    @cached_property
    def shapes(self) -> dict[str, shapely.Geometry | None]:
        return dict(zip(self.content.rows["id"], self.content.shapes, strict=True))


def write(built: BuiltAtlas, folder: Path, *, reading: str = "nominal") -> Written:
    content = Content(built, built.frame, reading=reading)
    for one in FORMATS.values():
        one.write(content, folder / f"all{one.ending}")
    FORMATS["kml"].write(content, folder / "all.kml")
    return Written(content, folder)


@pytest.fixture(scope="module")
def of_second(second, tmp_path_factory) -> Written:
    return write(second, tmp_path_factory.mktemp("second"))


@pytest.fixture(scope="module")
def of_real(real, tmp_path_factory) -> Written:
    return write(real, tmp_path_factory.mktemp("real"))


@pytest.fixture(params=["real", "second"])
def written(request) -> Written:
    return request.getfixturevalue(f"of_{request.param}")


# --- the table -------------------------------------------------------------------------------


def test_columns_begin_with_those_of_every_layer() -> None:
    assert tuple(NAMES[: len(columns(OURS))]) == columns(OURS)


def test_every_column_says_what_it_means_in_both_languages() -> None:
    for column in columns_of("rows", OURS):
        assert column.says["en"]
        assert any("\u0600" <= letter <= "\u06ff" for letter in column.says["ar"])


@pytest.mark.parametrize("one", FORMATS.values(), ids=lambda one: one.id)
def test_a_format_is_known_by_its_endings_alone(one) -> None:
    for ending in one.endings:
        assert guess_format(Path(f"an.atlas{ending}")) is one
        assert guess_format(Path(f"an.atlas{ending.upper()}")) is one
    assert guess_format(Path(one.id)) is None


# --- GDAL ------------------------------------------------------------------------------------


def compare(written: Written, found: list[dict[str, str]], wanted: list[str]) -> None:
    """Compare what GDAL read, in any order, with rows: names in both scripts, days, shapes."""
    assert sorted(one["id"] for one in found) == sorted(wanted)
    rows = {row.id: row for row in written.rows}
    for one in found:
        row = rows[one["id"]]
        assert one["name_ar"] == row.names["ar"]
        assert one["name_en"] == row.names["en"]
        assert one["valid_from"].replace("/", "-")[:10] == row.valid_from.isoformat()
        assert one["attribution"] == row.attribution
        same_shape(one.get("WKT", ""), written.shapes[row.id])


@pytest.mark.parametrize("name", ["geojson", "fgb"])
def test_gdal_reads_every_row_of_a_single_table(written, name, tmp_path) -> None:
    found = by_gdal(written.path(name), written.content.id, tmp_path)
    compare(written, found, [row.id for row in written.rows])


def test_gdal_reads_each_layer_of_a_geopackage(written, tmp_path) -> None:
    for layer, part in written.content.by_layer.items():
        found = by_gdal(written.path("gpkg"), layer, tmp_path)
        # A table whose rows are of many kinds may make one part of a polygon: its spots stay.
        compare(written, found, list(part.rows["id"]))


def test_gdal_opens_a_geopackage_without_a_warning(written) -> None:
    import subprocess

    gdal("ogrinfo", "--version")
    done = subprocess.run(
        ["ogrinfo", "-ro", "-so", written.path("gpkg")], capture_output=True, text=True, check=True
    )
    assert "Warning" not in done.stderr + done.stdout


def test_gdal_reads_each_folder_of_a_kmz(written, tmp_path) -> None:
    for layer, part in written.content.by_layer.items():
        title = written.layers.record.layers[layer].title["en"]
        found = by_gdal(written.path("kml"), title, tmp_path)
        compare(written, found, list(part.rows["id"]))


def test_gdal_takes_the_shapes_of_a_csv_unasked(written) -> None:
    said = gdal("ogrinfo", "-ro", "-so", "-al", written.path("csv"))
    assert f"Feature Count: {len(written.rows)}" in said
    assert "Extent: (" in said


# --- DuckDB, geopandas, pandas ---------------------------------------------------------------


def test_duckdb_reads_geoparquet_with_its_types(written) -> None:
    import duckdb

    path = written.path("parquet")
    rows = duckdb.sql(
        f"select id, name_ar, claim_ids, valid_to, uncertainty_m, bbox, geometry from '{path}'"
    ).fetchall()
    assert [row[0] for row in rows] == [row.id for row in written.rows]
    for (_, name, claims, last, far, box, shape), row in zip(rows, written.rows, strict=True):
        assert name == row.names["ar"]
        assert claims == list(row.claim_ids)
        assert last == row.valid_to
        assert far == row.uncertainty_m
        wanted = written.shapes[row.id]
        same_shape(shape, wanted)
        assert (box and tuple(box.values())) == (wanted and wanted.bounds)


def test_geopandas_reads_geoparquet_and_uses_its_boxes(written) -> None:
    import geopandas

    whole = geopandas.read_parquet(written.path("parquet"))
    assert whole.crs == "OGC:CRS84"
    assert len(whole) == len(written.rows)
    drawn = next(row for row in written.rows if written.shapes[row.id] is not None)
    box = written.shapes[drawn.id].bounds
    some = geopandas.read_parquet(written.path("parquet"), bbox=box)
    meets = [
        row.id
        for row in written.rows
        if (shape := written.shapes[row.id]) is not None
        and shapely.box(*shape.bounds).intersects(shapely.box(*box))
    ]
    assert 0 < len(meets) < len(whole)
    assert list(some["id"]) == meets


def test_the_types_of_geoparquet_do_not_hang_on_the_values(written, tmp_path) -> None:
    import pyarrow.parquet as pq

    FORMATS["parquet"].write(
        Content(written.layers, written.layers.frame[:0]), tmp_path / "none.parquet"
    )
    empty, full = (pq.read_schema(p) for p in (tmp_path / "none.parquet", written.path("parquet")))
    assert empty.remove_metadata() == full.remove_metadata()


def test_geoparquet_says_what_its_geometry_is(written) -> None:
    import pyarrow.parquet as pq

    geo = json.loads(pq.read_schema(written.path("parquet")).metadata[b"geo"])
    assert (geo["version"], geo["primary_column"]) == ("1.1.0", "geometry")
    column = geo["columns"]["geometry"]
    assert column["encoding"] == "WKB"
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    shapes = [shape for row in written.rows if (shape := written.shapes[row.id])]
    assert column["geometry_types"] == sorted({shape.geom_type for shape in shapes})
    assert column["bbox"] == pytest.approx(shapely.total_bounds(shapes))


def test_duckdb_and_pandas_read_csv_with_its_letters(written) -> None:
    import duckdb
    import pandas

    path = written.path("csv")
    rows = duckdb.sql(f"select id, name_ar, wkt from read_csv('{path}')").fetchall()
    frame = pandas.read_csv(path)
    assert list(frame.columns) == [*NAMES, "wkt"]
    assert [row[0] for row in rows] == list(frame["id"]) == [r.id for r in written.rows]
    for (_, name, text), row, other in zip(rows, written.rows, frame["name_ar"], strict=True):
        assert name == row.names["ar"] == other
        same_shape(text or "", written.shapes[row.id])


def test_csv_holds_every_column_of_every_row(written) -> None:
    with written.path("csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    for one, values in zip(found, written.content.records(), strict=True):
        assert [one[name] for name in NAMES] == [str(cell(values[name])) for name in NAMES]


# --- fastkml ---------------------------------------------------------------------------------


def test_fastkml_finds_the_schema_kept(written) -> None:
    from fastkml.validator import validate

    assert validate(file_to_validate=written.folder / "all.kml")


def test_fastkml_reads_folders_names_days_and_shapes(written) -> None:
    from fastkml import KML as Document

    (document,) = Document.parse(written.folder / "all.kml").features
    folders = document.features
    assert [one.name for one in folders] == [
        layer.title["en"] for layer in written.layers.record.layers.values()
    ]
    marks = [mark for folder in folders for mark in folder.features]
    assert [mark.id for mark in marks] == [row.id for row in written.rows]
    for mark, row in zip(marks, written.rows, strict=True):
        assert mark.name == row.names["en"]
        assert row.names["ar"] in mark.description
        assert mark.times.begin.dt.date() == row.valid_from
        assert (mark.times.end and mark.times.end.dt.date()) == row.valid_to
        shape = written.shapes[row.id]
        same_shape(mark.geometry and shapely.from_wkt(mark.geometry.wkt), shape)
        assert mark.style_url.url == f"#{row.zone_type}.{row.status}"


def test_kml_in_arabic_has_arabic_names_and_the_other_beside(second, tmp_path) -> None:
    FORMATS["kml"].write(Content(second, second.frame, lang="ar"), tmp_path / "a.kml")
    root = ET.parse(tmp_path / "a.kml")
    for mark, row in zip(root.iter(f"{KML}Placemark"), second.rows, strict=True):
        assert mark.findtext(f"{KML}name") == row.names["ar"]
        assert row.names["en"] in (mark.findtext(f"{KML}description") or "").replace("&#x27;", "'")


def test_kmz_holds_the_sign_that_its_styles_name(written) -> None:
    with zipfile.ZipFile(written.path("kml")) as archive:
        assert archive.namelist()[0] == "doc.kml"
        root = ET.fromstring(archive.read("doc.kml"))
        signs = {one.text for one in root.iter(f"{KML}href")}
        assert signs <= set(archive.namelist())
    kinds = {(row.zone_type, row.status) for row in written.rows}
    assert {one.get("id") for one in root.iter(f"{KML}Style")} == {f"{k}.{s}" for k, s in kinds}


# --- GeoJSON and JSON-FG ---------------------------------------------------------------------


def test_geojson_has_the_shapes_of_a_build_and_more_columns(written) -> None:
    data = json.loads(written.path("geojson").read_bytes())
    built = [
        one
        for name, text in build_files(written.layers).items()
        if name.endswith(".geojson")
        for one in json.loads(text)["features"]
    ]
    for one, other in zip(data["features"], built, strict=True):
        assert (one["id"], one["geometry"], one["time"]) == (
            other["id"], other["geometry"], other["time"]
        )  # fmt: skip
        assert {name: one["properties"][name] for name in columns(OURS)} == other["properties"]
        assert sorted(one["properties"]) == sorted(NAMES)


def test_jsonfg_keeps_the_rules_of_its_core(written) -> None:
    data = json.loads(written.path("jsonfg").read_bytes())
    assert data["type"] == "FeatureCollection"
    assert "http://www.opengis.net/spec/json-fg-1/1.0/conf/core" in data["conformsTo"]
    assert data["coordRefSys"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    for one, row in zip(data["features"], written.rows, strict=True):
        # In WGS84 the shape stands in geometry, and place is null.
        assert {"type", "id", "time", "place", "geometry", "properties"} <= set(one)
        assert one["place"] is None
        assert one["featureType"] == row.layer
        assert one["featureType"] in data["featureSchema"]
        first, last = one["time"]["interval"]
        assert first == row.valid_from.isoformat()
        assert last == (row.valid_to.isoformat() if row.valid_to else "..")


def test_gdal_takes_each_layer_of_jsonfg_for_one_of_its_own(written) -> None:
    import pyogrio

    path = written.path("jsonfg")
    held = {name: len(part.rows) for name, part in written.content.by_layer.items()}
    assert {name for name, _ in pyogrio.list_layers(path)} == set(held)
    for name, count in held.items():
        info = pyogrio.read_info(path, layer=name, force_feature_count=True)
        assert (info["driver"], info["features"]) == ("JSONFG", count)


def test_jsonfg_of_one_layer_names_its_type_once(second, tmp_path) -> None:
    rows = second.of_layer("lookouts")
    content = Content(second, rows, layer="lookouts", names=("lookouts",))
    FORMATS["jsonfg"].write(content, tmp_path / "a.fg.json")
    data = json.loads((tmp_path / "a.fg.json").read_bytes())
    assert data["featureType"] == "lookouts"
    assert data["featureSchema"] == "urn:tamas:collection:lookouts"


# --- GeoPackage ------------------------------------------------------------------------------


def query(path: Path, text: str) -> list[tuple]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
        return file.execute(text).fetchall()


def test_a_geopackage_says_what_it_is_and_under_which_terms(written) -> None:
    path, record = written.path("gpkg"), written.layers.record
    ((text,),) = query(path, "SELECT metadata FROM gpkg_metadata WHERE mime_type LIKE '%json'")
    said = json.loads(text)
    assert said["identifier"] == f"sha256:{record.sha256}"
    assert {"@value": record.atlas.title["ar"], "@language": "ar"} in said["name"]
    for row in written.rows:
        for part in row.attribution.split("; "):
            assert part in said["creditText"]
    assert {name for (name,) in query(path, "SELECT DISTINCT last_change FROM gpkg_contents")} == {
        f"{record.atlas.edition}T00:00:00.000Z"
    }


def test_the_evidence_of_a_geopackage_joins_to_its_rows(written) -> None:
    path = written.path("gpkg")
    for layer, part in written.content.by_layer.items():
        joined = query(
            path,
            f'SELECT r.id, c.id, s.url FROM "{layer}" r '
            "JOIN evidence_row_claims l ON l.row_id = r.id "
            "JOIN evidence_claims c ON c.id = l.claim_id "
            "JOIN evidence_sources s ON s.id = c.source_id",
        )
        assert {(row, claim) for row, claim, _ in joined} == {
            (row.id, claim) for row in iter_rows(part.rows) for claim in row.claim_ids
        }


def test_every_column_of_a_geopackage_has_a_meaning(written) -> None:
    path = written.path("gpkg")
    described = set(query(path, "SELECT table_name, column_name FROM gpkg_data_columns"))
    for (table,) in query(path, "SELECT table_name FROM gpkg_contents"):
        if table == "layer_styles":
            continue
        for column in query(path, f'PRAGMA table_info("{table}")'):
            if column[1] not in ("fid", "geometry"):
                assert (table, column[1]) in described


def test_every_layer_of_a_geopackage_has_its_style(written) -> None:
    styles = query(
        written.path("gpkg"),
        "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD "
        "FROM layer_styles",
    )
    assert [style[0] for style in styles] == list(written.layers.record.layers)
    for name, column, default, qml, sld in styles:
        assert (column, bool(default)) == ("geometry", True)
        part = written.content.by_layer[name]
        pairs = set(zip(part.rows["zone_type"], part.rows["status"], strict=True))
        kinds = {shape.geom_type.removeprefix("Multi") for shape in part.shapes if shape}
        root = ET.fromstring(qml.split("\n", 1)[1])
        renderer = root.find("renderer-v2")
        symbols = root.findall("renderer-v2/symbols/symbol")
        assert len(symbols) == len(pairs) * max(1, len(kinds))
        assert renderer.get("type") == ("RuleRenderer" if len(kinds) > 1 else "categorizedSymbol")
        rules = ET.fromstring(sld.split("\n", 1)[1]).iter("{http://www.opengis.net/sld}Rule")
        assert len(list(rules)) == len(pairs)


@pytest.mark.parametrize("status", ["in_effect", "agreed", "suspended"])
def test_a_place_in_qgis_is_its_marker_hollow_as_on_the_map(status) -> None:
    one = default_symbology().symbol("post", status)
    style = qgis_style.qml([one], ["Point"], name="name_en", words=translator("en"))
    (name,) = re.findall(r'name="name" value="base64:(\S+?)"', style)
    paths = ET.fromstring(base64.b64decode(name)).findall("{http://www.w3.org/2000/svg}path")
    assert [path.get("d") for path in paths] == [path.d for path in one.marker]
    assert len(paths) == (1 if one.state.hollow else 2)
    plain = qgis_style.sld([one], ["Point"], layer="posts", words=translator("en"))
    (fill,) = re.findall('name="fill">(.+?)<', plain)
    assert fill == (PAPER if one.state.hollow else one.kind.line)


def test_a_layer_named_by_no_row_is_there_all_the_same(second, tmp_path) -> None:
    names = tuple(second.record.layers)
    FORMATS["gpkg"].write(Content(second, second.frame[:0], names=names), tmp_path / "none.gpkg")
    for name in names:
        assert query(tmp_path / "none.gpkg", f'SELECT count(*) FROM "{name}"') == [(0,)]


def test_rows_without_a_shape_are_kept_by_every_format(of_real, tmp_path) -> None:
    bare = {row.id for row in of_real.rows if of_real.shapes[row.id] is None}
    assert bare
    for name in ("geojson", "fgb"):
        found = by_gdal(of_real.path(name), of_real.content.id, tmp_path)
        assert {one["id"] for one in found if not one.get("WKT")} == bare


def test_two_layers_may_have_one_title(second, tmp_path) -> None:
    from dataclasses import replace

    titles = {"title": second.record.layers["lookouts"].title}
    layers = {name: one.model_copy(update=titles) for name, one in second.record.layers.items()}
    twins = replace(second, record=replace(second.record, layers=layers))
    FORMATS["gpkg"].write(Content(twins, twins.frame), tmp_path / "a.gpkg")
    for name in layers:
        assert query(tmp_path / "a.gpkg", f'SELECT count(*) FROM "{name}"') != [(0,)]


# --- readings, evidence ----------------------------------------------------------------------


@pytest.mark.parametrize("reading", READINGS)
def test_the_reading_chooses_the_shape(second, reading, tmp_path) -> None:
    content = Content(second, second.frame, reading=reading)
    FORMATS["csv"].write(content, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        for one, row in zip(csv.DictReader(file), second.rows, strict=True):
            assert one["reading"] == reading
            same_shape(one["wkt"], row.reading(reading))


def test_evidence_of_some_rows_is_theirs_alone(either) -> None:
    row = max(either.rows, key=lambda row: len(row.dispute_ids))
    content = Content(either, either.frame[either.frame["id"] == row.id])
    sheets = {sheet.name: sheet.rows for sheet in row_evidence(content)}
    assert {one["claim_id"] for one in sheets["row_claims"]} == set(row.claim_ids)
    assert {one["id"] for one in sheets["disputes"]} == set(row.dispute_ids)
    claims = {one["id"] for one in sheets["claims"]}
    assert set(row.claim_ids) <= claims
    sources = {one["id"] for one in sheets["sources"]}
    assert {one["source_id"] for one in sheets["claims"]} <= sources


def test_rows_take_the_clauses_and_counts_of_their_zones_with_their_evidence(real) -> None:
    content = Content(real, real.frame[real.frame["zone_id"] == "idlib-zone"])
    sheets = {sheet.name: sheet.rows for sheet in row_evidence(content)}
    claims = {one["id"] for one in sheets["claims"]}
    sources = {one["id"] for one in sheets["sources"]}
    clauses = {one["id"] for one in sheets["clauses"]}
    assert clauses
    assert sheets["tallies"]
    assert all("idlib-zone" in (*one["zones"], *one["makes"]) for one in sheets["clauses"])
    assert all(set(one["claim_ids"]) <= claims for one in sheets["clauses"])
    assert {one["agreement"] for one in sheets["clauses"]} <= sources
    assert {one["clause_id"] for one in sheets["clause_reports"]} <= clauses
    assert {one["claim_id"] for one in sheets["clause_reports"]} <= claims
    assert {one["id"] for one in sheets["tallies"]} <= claims


def test_what_was_said_later_is_no_evidence_of_what_was_known(real) -> None:
    from datetime import date

    day = date(2020, 3, 10)
    selection = Selection(known_by=day)
    content = Content(real, selection.rows(real), known_by=day)
    sheets = {sheet.name: sheet.rows for sheet in row_evidence(content)}
    assert sheets["claims"]
    evidence = ("claims", "id"), ("row_claims", "claim_id"), ("clause_reports", "claim_id")
    for name, key in (*evidence, ("tallies", "id")):
        for one in sheets[name]:
            assert real.record.known[one[key]] <= day
    for one in sheets["dispute_sides"]:
        assert all(real.record.known[key] <= day for key in one["claims"])


def test_the_sheets_of_the_record_hold_all_of_it(either) -> None:
    sheets = {sheet.name: sheet for sheet in record_evidence(Content(either, either.frame))}
    for name in ("sources", "claims", "disputes", "unknowns", "actors", "places"):
        assert [one["id"] for one in sheets[name].rows] == list(getattr(either.record, name))


def test_no_column_of_a_sheet_is_misnamed(real) -> None:
    for sheet in record_evidence(Content(real, real.frame)):
        for column in sheet.columns:
            filled = any(row[column.name] is not None for row in sheet.rows)
            assert filled or column.name in MAY_BE_EMPTY, f"{sheet.name}.{column.name}"


MAY_BE_EMPTY = {"archive_url", "reviewed_by", "reviewed_on"}


# --- hostile texts ---------------------------------------------------------------------------


def test_markup_in_a_name_stays_a_name(seeds, tmp_path) -> None:
    evil = ']]></name><script>alert(1)</script>&amp; \\ ";=1+1'
    old = read(seeds).zones["frost-strip"].names["en"]
    swap("zones/frost-strip.yaml", f"en: {old}", f"en: {json.dumps(evil)}")(seeds)
    built = build(read(seeds))
    assert any(row.names["en"] == evil for row in built.rows)
    written = write(built, tmp_path)
    root = ET.fromstring((tmp_path / "all.kml").read_bytes())
    assert evil in {one.findtext(f"{KML}name") for one in root.iter(f"{KML}Placemark")}
    for one in root.iter(f"{KML}description"):
        assert "<script" not in (one.text or "")
    found = by_gdal(written.path("gpkg"), "eastern-calm", tmp_path)
    assert evil in {one["name_en"] for one in found}
