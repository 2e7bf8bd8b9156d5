"""A base map is cut from files of three formats, says whose it is, and says what it cannot use."""

import json

import geopandas as gpd
import pytest
import shapely
from click.testing import Result
from shapely.geometry import LineString, Point, Polygon, box
from typer.testing import CliRunner

from layers.cli import app
from layers.record.basemap_files import basemap_towns
from layers.record.new_atlas import AtlasOptions, files_of, write
from layers.record.reader import read
from tests.support.languages import phrases_in

# An atlas of 4 by 4 degrees: what is cut is 8 by 8, from -24 to -16 and -24 to -16.
EXTENT = "-22,-22,-18,-18"
MINE = ("--source", "The Chart Room", "--licence", "CC0 1.0")
LAND = {
    "ADM0_A3": ["XAA", "XBB"],
    "ISO_A2_EH": ["XA", "-99"],
    "NAME_EN": ["West", "East"],
    "NAME_UK": ["Захід", None],
}
# They share the meridian of 20 W; the sea lies south of 21 S.
COUNTRIES = [box(-40, -21, -20, -10), box(-20, -21, 0, -10)]
BORDER = LineString([(-20, -21), (-20, -10)])


@pytest.fixture
def atlas(tmp_path):
    folder = tmp_path / "isles"
    options = AtlasOptions.read(folder, "en,uk", EXTENT, "2003-01-01", "2009-12-31")
    write(folder, files_of(options, {}, phrases_in(options.languages)))
    return folder


def put(path, columns, shapes, crs="EPSG:4326", layer=None):
    path.parent.mkdir(exist_ok=True)
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)
    table.to_file(
        path,
        driver="ESRI Shapefile" if path.suffix == ".zip" else None,
        **({"layer": layer} if layer else {}),
    )
    return path.parent


def new(atlas, folder, *options) -> Result:
    asked = ["--seeds", str(atlas), "new", "basemap", "--from", str(folder), *map(str, options)]
    return CliRunner().invoke(app, asked)


def refused(atlas, folder, *options) -> str:
    made = new(atlas, folder, *options)
    assert made.exit_code != 0, made.output
    assert not (atlas / "basemap").exists()
    return str(made.exception)


def part(atlas, name):
    return json.loads((atlas / f"basemap/{name}.geojson").read_text(encoding="utf-8"))


def about(atlas, name):
    return [one["properties"] for one in part(atlas, name)["features"]]


@pytest.mark.parametrize("suffix", ["geojson", "shp", "gpkg", "shp.zip"])
def test_countries_of_each_format_give_land_borders_and_coast_that_fit(atlas, tmp_path, suffix):
    files = put(tmp_path / f"files/countries.{suffix}", LAND, COUNTRIES)
    kind = {"FEATURECLA": ["Disputed (please verify)"]}
    put(tmp_path / f"files/borders.{suffix}", kind, [BORDER])
    assert new(atlas, files, *MINE, "--home", "XA").exit_code == 0
    assert about(atlas, "land") == [
        {"home": True, "iso": "XA", "name_en": "West", "name_uk": "Захід"},
        {"home": False, "iso": "XBB", "name_en": "East", "name_uk": None},
    ]
    shapes = [shapely.geometry.shape(one["geometry"]) for one in part(atlas, "land")["features"]]
    assert shapely.union_all(shapes).bounds == (-24.0, -21.0, -16.0, -16.0)
    assert about(atlas, "borders") == [{"a": "XA", "b": "XBB", "kind": "disputed"}]
    assert [one["iso"] for one in about(atlas, "coast")] == ["XA", "XBB"]
    record = read(atlas)
    assert record.sources["basemap"].publisher["uk"] == "The Chart Room"
    assert part(atlas, "land")["licence"] == record.sources["basemap"].licence == "CC0 1.0"


def test_waters_units_roads_and_towns_have_their_names_and_their_order(atlas, tmp_path):
    gpkg = tmp_path / "files/all.gpkg"
    put(gpkg, {"name_en": ["Still"], "name_uk": ["Тихе"]}, [box(-20.5, -20.5, -19.5, -19.5)],
        layer="ne_10m_lakes")  # fmt: skip
    river = LineString([(-23, -20), (-17, -20)])
    put(gpkg, {"name": ["Long"]}, [river], layer="ne_10m_rivers_lake_centerlines")
    put(gpkg, {"name": ["A1"]}, [river], layer="ne_10m_roads")
    units = {"iso_3166_2": ["XA-1", "XA-2", "XB-1"], "adm0_a3": ["XAA", "XAA", "XBB"]}
    strips = [box(-23, -21, -21, -18), box(-21, -21, -20, -18), box(-20, -21, -18, -18)]
    put(gpkg, units, strips, layer="ne_10m_admin_1_states_provinces")
    towns = {"name": ["Port", "Great", "Far"], "pop_max": [900.0, 2_000_000.0, 1.0]}
    put(gpkg, towns, [Point(-19, -19), Point(-21, -19), Point(9, 9)],
        layer="ne_10m_populated_places")  # fmt: skip
    files = put(gpkg, {"name": ["far"]}, [box(60, 10, 61, 11)], layer="countries_of_elsewhere")
    made = new(atlas, files, "--file", "land=all.gpkg:ne_10m_lakes", *MINE)
    assert made.exit_code == 0, made.output
    # The river has no way through the lake.
    ends = shapely.geometry.shape(part(atlas, "rivers")["features"][0]["geometry"])
    assert len(ends.geoms) == 2
    assert about(atlas, "rivers") == [{"name_en": "Long", "name_uk": None}]
    assert about(atlas, "roads") == [{"name_en": "A1", "name_uk": None}]
    assert about(atlas, "lakes") == [{"name_en": "Still", "name_uk": "Тихе"}]
    assert about(atlas, "governorates") == [{"a": "XA-1", "b": "XA-2"}]  # XA-2, XB-1: a border
    assert [one["iso"] for one in part(atlas, "governorates")["names"]] == ["XA-1", "XA-2", "XB-1"]
    assert [(one["name_en"], one["rank"]) for one in about(atlas, "towns")] == [
        ("Great", 1),
        ("Port", 5),
    ]
    record = read(atlas)
    assert [town.names["en"] for town in basemap_towns(record)] == ["Great", "Port"]


def test_natural_earth_is_known_by_the_names_of_its_files(atlas, tmp_path):
    files = put(tmp_path / "files/ne_10m_admin_0_countries.shp", LAND, COUNTRIES)
    assert new(atlas, files).exit_code == 0
    assert read(atlas).sources["basemap"].licence == "public domain"


def test_another_system_and_other_columns_are_read_where_they_are_stated(atlas, tmp_path):
    shapes = gpd.GeoSeries(COUNTRIES, crs="EPSG:4326").to_crs("EPSG:32727")
    named = {"NAAM": ["Eén", "Twee"], "KODE": ["X1", "X2"]}
    files = put(tmp_path / "files/mine.gpkg", named, list(shapes), crs="EPSG:32727")
    options = ("--file", "land=mine.gpkg", "--column", "land.name_en=NAAM")
    made = new(atlas, files, *options, "--column", "land.key=kode", *MINE)
    assert made.exit_code == 0, made.output
    assert [one["name_en"] for one in about(atlas, "land")] == ["Eén", "Twee"]
    assert about(atlas, "borders") == [{"a": "X1", "b": "X2", "kind": None}]


def test_countries_that_do_not_fit_are_each_drawn_by_themselves(atlas, tmp_path):
    overlapping = [box(-23, -21, -19, -17), box(-20, -21, -17, -17)]
    files = put(tmp_path / "files/countries.geojson", LAND, overlapping)
    made = new(atlas, files, *MINE)
    assert "overlap or leave gaps" in made.output
    assert [one["name_en"] for one in about(atlas, "land")] == ["West", "East"]
    assert not (atlas / "basemap/borders.geojson").exists()
    read(atlas)


@pytest.mark.parametrize("mark", ["\x1b[31m", "\u202e", "\u200b"])
def test_a_name_with_unseen_characters_is_left_out_and_told(atlas, tmp_path, mark):
    hostile = {**LAND, "NAME_EN": [f"We{mark}st", "<b>East</b>"]}
    files = put(tmp_path / "files/countries.geojson", hostile, COUNTRIES)
    made = new(atlas, files, *MINE)
    assert "feature 1 in view: name_en holds unseen characters" in made.output
    assert mark not in made.output
    # A page escapes what is only strange.
    assert [one["name_en"] for one in about(atlas, "land")] == [None, "<b>East</b>"]
    read(atlas)


def test_a_part_is_written_over_only_when_that_is_said(atlas, tmp_path):
    files = put(tmp_path / "files/countries.geojson", LAND, COUNTRIES)
    new(atlas, files, *MINE)
    before = (atlas / "basemap/land.geojson").read_bytes(), (atlas / "sources.yaml").read_bytes()
    again = new(atlas, files, "--detail", 90_000)
    assert "--replace" in str(again.exception)
    assert (atlas / "basemap/land.geojson").read_bytes() == before[0]
    assert new(atlas, files, "--detail", 90_000, "--replace").exit_code == 0
    assert part(atlas, "land")["accuracy_m"] == 90_000
    assert (atlas / "sources.yaml").read_bytes() == before[1]  # the source stands there already


# What cannot be used.


def test_files_of_nobody_are_refused_with_the_option_that_says_whose(atlas, tmp_path):
    files = put(tmp_path / "files/countries.geojson", LAND, COUNTRIES)
    assert "--source" in refused(atlas, files)
    assert "--licence" in refused(atlas, files, "--source", "Me")
    assert "basemap" not in (atlas / "sources.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "shapes", "options", "says"),
    [
        ("countries.geojson", [BORDER], (), "countries.geojson: holds lines where land"),
        ("countries.geojson", [box(60, 10, 61, 11)], (), "it spans 60, 10, 61, 11"),
        ("countries.geojson", [box(4e5, 5e6, 5e5, 6e6)], (), "these are no degrees"),
        ("countries.geojson", [Polygon()], (), "holds no shape"),
        ("countries.geojson", [box(-58, -22, -52, -18)], ("--window", "-24,-60,-16,-50"),
         "changed places"),
        ("towns.geojson", [BORDER], (), "holds lines where towns needs points"),
        ("nothing.geojson", [BORDER], (), "holds no file of a base map"),
        ("borders.gpkg", [BORDER], ("--file", "borders=b.gpkg"), "no such file; the folder has"),
        ("borders.gpkg", [BORDER], ("--file", "borders=borders.gpkg:x"), "has no layer 'x'"),
        ("borders.gpkg", [BORDER], ("--file", "walls=borders.gpkg"), "'walls' is no part"),
        ("borders.gpkg", [BORDER], ("--file", "borders"), "has no '='"),
        ("borders.gpkg", [BORDER], ("--column", "borders.kind=WALL"), "has no column 'wall'"),
        ("borders.gpkg", [BORDER], ("--column", "land.iso=X"), "no file of 'land' here: borders"),
        ("borders.gpkg", [BORDER], ("--column", "iso=X"), "names no part"),
        ("borders.gpkg", [BORDER], ("--home", "XA"), "no land to have a home in"),
        ("countries.gpkg", COUNTRIES[:1], ("--home", "XZ"), "no country in view has this code"),
        ("borders.gpkg", [BORDER], ("--window", "1,2"), "four numbers"),
    ],
)  # fmt: skip
def test_what_is_no_base_map_is_told_with_its_file(atlas, tmp_path, name, shapes, options, says):
    files = put(tmp_path / f"files/{name}", {"name": ["a"]}, shapes)
    assert says in refused(atlas, files, *options, *MINE)


def test_a_file_without_a_system_and_one_that_is_broken_are_told(atlas, tmp_path):
    with pytest.warns(UserWarning, match="crs"):
        files = put(tmp_path / "files/countries.shp", LAND, COUNTRIES, crs=None)
    assert "put its .prj file beside" in refused(atlas, files, *MINE)
    for path in files.iterdir():
        path.unlink()
    (files / "lakes.geojson").write_text("{", encoding="utf-8")
    assert "lakes.geojson: cannot be read" in refused(atlas, files, *MINE)
    assert "there is no such folder" in refused(atlas, tmp_path / "none", *MINE)


def test_a_folder_without_an_atlas_is_told_how_to_make_one(tmp_path):
    assert "tamas new atlas makes one" in str(new(tmp_path, tmp_path).exception)


def test_a_new_atlas_is_made_on_its_base_map_at_once(tmp_path):
    files = put(tmp_path / "files/countries.geojson", LAND, COUNTRIES)
    asked = ["new", "atlas", tmp_path / "one", "--languages", "en,uk", f"--extent={EXTENT}"]
    ground = ["--basemap", files, "--basemap-source", "Me", "--basemap-licence", "CC0 1.0"]
    assert CliRunner().invoke(app, list(map(str, [*asked, *ground]))).exit_code == 0
    assert read(tmp_path / "one").sources["basemap"].publisher["en"] == "Me"
    # The same as in two steps.
    options = AtlasOptions.read(tmp_path / "two", "en,uk", EXTENT, "2003-01-01", "2009-12-31")
    write(tmp_path / "two", files_of(options, {}, phrases_in(options.languages)))
    new(tmp_path / "two", files, "--source", "Me", "--licence", "CC0 1.0")
    assert part(tmp_path / "one", "land") == part(tmp_path / "two", "land")
    same = [(tmp_path / name / "sources.yaml").read_bytes() for name in ("one", "two")]
    assert same[0] == same[1]
