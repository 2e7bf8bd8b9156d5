"""The public API: what an Atlas answers is what the command answers, in DataFrames."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

import folium
import geopandas
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal

import layers
from layers.atlas import Atlas
from layers.build.rows import READINGS, plain_values, to_json
from layers.errors import (
    AtlasWarning,
    ExportError,
    QueryError,
    SeedFaults,
    UnknownId,
)
from layers.formats.features import build_files, geometry_json
from layers.query import listing
from layers.query.changes import diff
from layers.record.dates import parse_day
from layers.record.texts import LocalizedText
from tests.support.atlases import SECOND, add, drawn, seen, tamas

EVENTS = Path(__file__).parent / "sample_events" / "made_up_events.csv"
BEYOND = "2031-01-01"


@pytest.fixture(params=["real", "second"])
def atlas(request) -> Atlas:
    """Each of the two atlases in turn."""
    return Atlas(request.getfixturevalue(request.param))


@pytest.fixture
def made_up(second) -> Atlas:
    """The invented atlas."""
    return Atlas(second)


def span(atlas: Atlas) -> tuple[date, date]:
    head = atlas._record.atlas
    return parse_day(head.record_from), parse_day(head.record_to)


def days_of(atlas: Atlas, number: int) -> list[date]:
    """Return days spread evenly over the record, its first and last among them."""
    first, last = (day.toordinal() for day in span(atlas))
    return [date.fromordinal(round(day)) for day in np.linspace(first, last, number)]


def random_points(atlas: Atlas, number: int) -> geopandas.GeoDataFrame:
    """Return points in the atlas and on its zones' edges, each with a day of the record."""
    random = np.random.default_rng(number)
    extent = shapely.Polygon(atlas._record.atlas.extent)
    west, south, east, north = extent.bounds
    points = shapely.points(
        random.uniform(west, east, 4 * number), random.uniform(south, north, 4 * number)
    )
    nominal = atlas.zones().geometry.dropna()
    edges = shapely.points(shapely.get_coordinates(nominal.boundary.array)[::29])
    points = np.concatenate([points, edges])
    points = random.permutation(points[shapely.covers(extent, points)])[:number]
    first, last = (day.toordinal() for day in span(atlas))
    days = [date.fromordinal(day) for day in random.integers(first, last + 1, number)]
    return geopandas.GeoDataFrame(
        {"day": pd.to_datetime(days), "name": range(number)}, geometry=points, crs="EPSG:4326"
    )


def same_types(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one.dtypes.equals(other.dtypes)


# --- opening -----------------------------------------------------------------------------------


def test_a_record_is_opened_by_its_folder_by_the_variable_or_as_it_came(monkeypatch, real) -> None:
    monkeypatch.setattr("layers.atlas.read", seen)
    monkeypatch.setattr("layers.atlas.build", drawn)
    monkeypatch.delenv("TAMAS_SEEDS", raising=False)
    assert repr(layers.open_atlas()) == repr(Atlas(real))
    second = repr(layers.open_atlas(str(SECOND)))
    monkeypatch.setenv("TAMAS_SEEDS", str(SECOND))
    assert repr(layers.open_atlas()) == second != repr(Atlas(real))


def test_a_spoiled_record_is_refused_with_all_its_faults(seeds) -> None:
    add("disputes.yaml", "- id: lost\n")(seeds)
    with pytest.raises(SeedFaults) as told:
        layers.open_atlas(seeds)
    assert {fault.path for fault in told.value.faults} == {"disputes.yaml"}


def test_an_atlas_says_what_it_is_in_three_lines(atlas) -> None:
    record = atlas._record
    title, counts, digest = repr(atlas).splitlines()
    assert title.startswith(record.atlas.title.default)
    assert f"{len(record.zones)} zones in {len(record.layers)} layers" in counts
    assert record.sha256[:12] in digest


def test_a_notebook_shows_each_layer_and_no_markup_of_the_record(made_up) -> None:
    hostile = LocalizedText(dict.fromkeys(("en", "ar"), "<script>alert(1)</script>"))
    record = made_up._record
    name, layer = next(iter(record.layers.items()))
    spoiled = replace(
        record,
        atlas=record.atlas.model_copy(update={"title": hostile}),
        layers={**record.layers, name: layer.model_copy(update={"title": hostile})},
    )
    shown = Atlas(replace(made_up._built, record=spoiled))._repr_html_()
    assert shown.count("&lt;script&gt;") == 2
    assert "<script" not in shown
    assert all(f"<th>{key}</th>" in shown for key in record.layers)


# --- zones -------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", READINGS)
def test_zones_are_the_rows_of_a_build(atlas, reading) -> None:
    files = build_files(atlas._built, reading=reading)
    features = [
        feature
        for name in atlas._record.layers
        for feature in json.loads(files[f"{name}.geojson"])["features"]
    ]
    as_json = cache(geometry_json)
    for day in days_of(atlas, 8):
        zones = atlas.zones(on=day, reading=reading)
        held = [
            one
            for one in features
            if one["time"]["interval"][0] <= str(day)
            and (one["time"]["interval"][1] == ".." or str(day) <= one["time"]["interval"][1])
        ]
        assert list(map(as_json, zones.geometry)) == [one["geometry"] for one in held]
        names = list(held[0]["properties"]) if held else []
        kinds = {name: "strings" if name.endswith("_ids") or name == "asserted_by" else "date"
                 if zones[name].dtype.kind == "M" else "string" for name in names}  # fmt: skip
        columns = [[to_json(v) for v in plain_values(zones[n], kinds[n])] for n in names]
        assert [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)] == [
            one["properties"] for one in held
        ]


def test_zones_say_whose_they_are_and_of_which_record(atlas) -> None:
    head = atlas._record.atlas
    zones = atlas.zones(on=head.record_to)
    assert zones.attrs["edition"] == head.edition
    assert zones.attrs["record_sha256"] == atlas._record.sha256
    assert zones.attrs["licence"] == head.licence
    makers = {part for text in zones["attribution"] for part in text.split("; ") if part}
    assert makers <= set(zones.attrs["attribution"].split("; "))


def test_zones_have_one_geometry_column_or_all_three(atlas) -> None:
    every = atlas.zones(reading="all")
    shapes = [name for name in every if every[name].dtype == "geometry"]
    assert (shapes, every.geometry.name) == (list(READINGS), "nominal")
    for reading in READINGS:
        zones = atlas.zones(reading=reading)
        assert [name for name in zones if zones[name].dtype == "geometry"] == ["geometry"]
        assert zones.geometry.geom_equals_exact(every[reading], 0).where(
            zones.geometry.notna(), every[reading].isna()
        ).all()  # fmt: skip
        assert zones.crs == every[reading].crs == "EPSG:4326"


def test_zones_are_chosen_by_layer_box_and_what_was_known(made_up) -> None:
    layer = next(iter(made_up._record.layers))
    assert set(made_up.zones(layers=layer)["layer"]) == {layer}
    assert set(made_up.zones(layers=[layer])["layer"]) == {layer}
    first = made_up.zones()["stated_on"].min()
    assert (made_up.zones(known_by=first)["stated_on"] == first).all()
    shape = made_up.zones().geometry.dropna().iloc[0]
    assert made_up.zones(bbox=shape.bounds)["id"].size
    assert made_up.zones(bbox=(0, 80, 1, 81)).empty


def test_what_a_reader_does_to_zones_stays_with_them(made_up) -> None:
    zones = made_up.zones()
    before = list(zones["claim_ids"].iloc[0])
    zones["claim_ids"].iloc[0].append("mine")
    zones["name_en"] = "mine"
    assert made_up.zones()["claim_ids"].iloc[0] == before
    assert "mine" not in set(made_up.zones()["name_en"])


def test_a_parquet_of_zones_keeps_days_and_lists(atlas, tmp_path) -> None:
    zones = atlas.zones()
    zones.to_parquet(tmp_path / "zones.parquet")
    again = geopandas.read_parquet(tmp_path / "zones.parquet")
    assert again["valid_to"].dtype.kind == "M"
    assert list(map(list, again["claim_ids"])) == list(zones["claim_ids"])


def test_zones_plot(made_up) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    assert made_up.zones().plot().collections


def test_zones_are_explored_with_the_extra(made_up) -> None:
    pytest.importorskip("mapclassify", reason="explore() needs the extra tamas[notebook]")
    assert "leaflet" in made_up.zones().explore("status").get_root().render()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"layers": "nowhere"}, "there is no layer 'nowhere'; known: "),
        ({"layers": []}, "layer: names nothing"),
        ({"on": "5 March"}, "on: '5 March' is no full day: write YYYY-MM-DD"),
        ({"on": pd.NaT}, "on: None is no full day"),
        ({"known_by": 7}, "known_by: 7 is no full day"),
        ({"reading": "best"}, "reading: 'best' is none of inner, nominal, outer"),
        ({"bbox": (1, 2)}, "bbox: is west,south,east,north"),
        ({"bbox": (1, 3, 2, 2)}, "south lies below north"),
    ],
)
def test_a_question_that_cannot_be_understood_says_how_to_mend_it(made_up, given, says) -> None:
    with pytest.raises((QueryError, UnknownId)) as told:
        made_up.zones(**given)
    assert says in str(told.value)


@pytest.mark.parametrize(
    "kind", [str, date.fromisoformat, datetime.fromisoformat, pd.Timestamp, np.datetime64]
)
def test_a_day_may_be_given_in_many_ways(made_up, kind) -> None:
    day = made_up._record.atlas.record_from
    assert_geodataframe_equal(made_up.zones(on=kind(day)), made_up.zones(on=day))
    assert made_up.zones(on=kind(day)).attrs["on"] == day


# --- maps --------------------------------------------------------------------------------------


def test_a_map_opens_on_a_day_in_a_language(made_up) -> None:
    day, layer = made_up._record.atlas.record_from, next(iter(made_up._record.layers))
    made = made_up.map(on=day, lang="ar", layers=layer, known_by=made_up._record.atlas.record_to)
    kinds = [type(child).__name__ for child in made._children.values()]
    assert kinds.count("ZoneLayer") == 1
    assert {"PeriodSlider", "ZoneLegend"} <= set(kinds)
    shown = made.get_root().render()
    assert day in shown
    assert made_up._record.layers[layer].title["ar"] in shown
    with pytest.raises(QueryError, match="is beyond the record"):
        made_up.map(on=BEYOND)


def test_zones_go_on_anybody_s_map_with_their_sources(atlas) -> None:
    zones = atlas.zones(reading="all")
    layer = layers.ZoneLayer(zones)
    folium.Map().add_child(layer).get_root().render()
    cited = {key for ids in zones["source_ids"] for key in ids}
    assert set(layer.data["sources"]) == cited
    assert all(layer.data["sources"].values())
    rows = [row for zone in layer.data["zones"] for row in zone["rows"]]
    assert sum(row["disputed"] for row in rows) == zones["disputed"].sum() > 0


# --- points ------------------------------------------------------------------------------------


@pytest.mark.parametrize("known_by", [None, 0.6])
def test_many_points_are_answered_as_each_alone(atlas, known_by) -> None:
    first, last = (day.toordinal() for day in span(atlas))
    known = known_by and date.fromordinal(round(first + known_by * (last - first)))
    points = random_points(atlas, 25)
    answers = atlas.at_points(points, on_column="day", known_by=known)
    assert len(answers) > 10
    for at, point in points.iterrows():
        spot = point.geometry
        alone = atlas.at(spot.x, spot.y, on=point["day"], known_by=known)
        mine = answers[answers.index == at]
        assert (mine["on"] == point["day"]).all()
        assert (mine.geometry == spot).all()
        assert_frame_equal(
            pd.DataFrame(mine[alone.columns]).reset_index(drop=True), alone, atol=0.1, rtol=0
        )


def test_points_are_asked_of_one_day_or_of_all(made_up) -> None:
    points = random_points(made_up, 40)
    day = made_up._record.atlas.record_from
    spots = points.geometry
    ever, once = made_up.at_points(points), made_up.at_points(points, on=day)
    assert len(ever) == sum(len(made_up.at(spot.x, spot.y)) for spot in spots)
    assert len(once) == sum(len(made_up.at(spot.x, spot.y, on=day)) for spot in spots) < len(ever)
    assert ever["on"].isna().all()
    assert ever["holds"].isna().all()


def test_points_may_be_in_any_crs_and_keep_theirs(made_up) -> None:
    points = random_points(made_up, 40)
    there = made_up.at_points(points.to_crs("EPSG:3857"), on_column="day")
    here = made_up.at_points(points, on_column="day")
    assert there.crs == "EPSG:3857"
    assert list(there["id"]) == list(here["id"])
    assert here.crs == points.crs
    joined = points.join(here.drop(columns="geometry"), how="inner")
    assert len(joined) == len(here)


def test_distances_may_be_left_out(made_up) -> None:
    points = random_points(made_up, 40)
    whole = made_up.at_points(points, on_column="day")
    bare = made_up.at_points(points, on_column="day", distances=False)
    assert_geodataframe_equal(bare, whole.drop(columns="distance_to_edge_m"))


def test_days_of_points_may_be_texts(made_up) -> None:
    points = random_points(made_up, 20)
    texts = points.assign(day=points["day"].dt.strftime("%Y-%m-%d"))
    hours = points.assign(day=points["day"] + pd.Timedelta("13h"))
    expected = made_up.at_points(points, on_column="day")
    assert_geodataframe_equal(made_up.at_points(texts, on_column="day"), expected)
    assert_geodataframe_equal(made_up.at_points(hours, on_column="day"), expected)


def test_points_of_which_the_record_does_not_speak_are_counted_in_a_warning(made_up) -> None:
    points = random_points(made_up, 10)
    points.loc[0, "geometry"] = None
    points.loc[1, "geometry"] = shapely.Point()
    points.loc[2, "geometry"] = shapely.Point(0, 80)
    points.loc[3, "day"] = pd.Timestamp(BEYOND)
    points.loc[4, "day"] = pd.NaT
    with pytest.warns(AtlasWarning) as told:
        answers = made_up.at_points(points, on_column="day")
    (warning,) = told
    assert warning.filename == __file__
    text = str(warning.message)
    assert text.startswith("of 10 points 2 have no place, 1 lie beyond the atlas, 2 have no day ")
    assert answers.index.min() >= 5
    assert_geodataframe_equal(answers, made_up.at_points(points.iloc[5:], on_column="day"))


def test_no_points_have_no_answer(made_up) -> None:
    points = random_points(made_up, 3)
    none = made_up.at_points(points.iloc[:0], on_column="day")
    assert none.empty
    assert same_types(none, made_up.at_points(points, on_column="day"))


@pytest.mark.parametrize(
    ("spoil", "given", "says"),
    [
        (lambda p: pd.DataFrame(p), {}, "points: must be a GeoDataFrame, not DataFrame"),
        (lambda p: p.set_crs(None, allow_override=True), {}, "points: have no CRS; say which"),
        (lambda p: p.set_geometry(p.buffer(1)), {}, "points: hold a Polygon; ask of points"),
        (lambda p: p, {"on_column": "when"}, "there is no column 'when'; known: day, name"),
        (lambda p: p, {"on_column": "name"}, "on_column: 0 is no full day"),
        (lambda p: p, {"on": "2020", "on_column": "day"}, "leave out 'on'"),
    ],
)
@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_points_that_cannot_be_asked_say_how_to_mend_them(made_up, spoil, given, says) -> None:
    with pytest.raises(QueryError) as told:
        made_up.at_points(spoil(random_points(made_up, 3)), **given)
    assert says in str(told.value)


# --- beyond the record -------------------------------------------------------------------------


@pytest.mark.parametrize("ask", ["zones", "at"])
def test_a_day_beyond_the_record_warns_and_has_no_answer(made_up, ask) -> None:
    spot = made_up.zones(reading="outer").geometry.dropna().iloc[0].representative_point()
    place = (spot.x, spot.y) if ask == "at" else ()
    whole = getattr(made_up, ask)(*place)
    with pytest.warns(AtlasWarning, match=f"{BEYOND} is beyond the record") as told:
        none = getattr(made_up, ask)(*place, on=BEYOND)
    assert told[0].filename == __file__
    assert none.empty
    assert not whole.empty
    assert same_types(none, whole)


def test_what_outlives_a_warning_is_refused_instead(made_up, tmp_path) -> None:
    day = made_up._record.atlas.record_from
    with pytest.raises(QueryError, match="is beyond the record"):
        made_up.diff(day, BEYOND)
    with pytest.raises(QueryError, match="is beyond the record"):
        made_up.export(tmp_path / "zones.parquet", on=BEYOND)
    assert not list(tmp_path.iterdir())


def test_days_of_the_record_warn_of_nothing(atlas) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for day in span(atlas):
            atlas.zones(on=day)
        atlas.at_points(random_points(atlas, 20), on_column="day")


# --- lists -------------------------------------------------------------------------------------


def test_the_lists_are_those_of_the_command(atlas) -> None:
    record = atlas._record
    for mine, theirs, key in (
        (atlas.claims()["id"], listing.claims(record), "id"),
        (atlas.sources()["id"], listing.sources(record), "id"),
        (atlas.timeline()["claim_id"], listing.timeline(record), "claim_id"),
        (atlas.disputes()["dispute_id"].unique(), listing.disputes(record), "id"),
        (atlas.places()["id"], [place.model_dump() for place in record.places.values()], "id"),
    ):
        assert list(mine) == [one[key] for one in theirs] != []
    assert atlas.sources()["claims"].tolist() == [one["claims"] for one in listing.sources(record)]


def test_the_lists_know_what_was_known_and_by_whom(atlas) -> None:
    record = atlas._record
    layer, source = next(iter(record.layers)), record.source_of[next(iter(record.claims))]
    for given in ({"layer": layer}, {"source": source}, {"known_by": record.atlas.record_to}):
        day = given.get("known_by")
        plain = {**given, **({"known_by": parse_day(day)} if day else {})}
        assert list(atlas.claims(**given)["id"]) == [
            one["id"] for one in listing.claims(record, **plain)
        ]
    assert set(atlas.claims(source=source)["source_id"]) == {source}
    with pytest.raises(UnknownId, match="there is no source 'lost'"):
        atlas.claims(source="lost")


def test_a_list_without_rows_has_the_columns_and_their_types(made_up) -> None:
    for name, whole, none in (
        ("claims", made_up.claims(), made_up.claims(known_by="1000-01-01")),
        ("timeline", made_up.timeline(), made_up.timeline(last="1000-01-01")),
        ("disputes", made_up.disputes(), made_up.disputes(known_by="1000-01-01")),
        ("search", made_up.search(made_up.places()["name_en"][0]), made_up.search("qqqq")),
    ):
        assert none.empty, name
        assert same_types(none, whole), name


def test_the_timeline_has_days_in_order(atlas) -> None:
    timeline = atlas.timeline()
    assert timeline["earliest"].dropna().is_monotonic_increasing
    both = timeline.dropna(subset=["earliest", "latest"])
    assert (both["earliest"] <= both["latest"]).all()
    first = timeline["latest"].dropna().iloc[-1]
    assert (atlas.timeline(first=first)["latest"].dropna() >= first).all()


def test_places_are_points(atlas) -> None:
    places = atlas.places()
    assert places.crs == "EPSG:4326"
    assert (places.geometry.y == places["lat"]).all()


def test_changes_are_those_of_the_command_with_tracks_apart(atlas) -> None:
    first, *_, last = days_of(atlas, 5)
    changes = atlas.diff(first, last)
    found = diff(atlas._built, first, last)
    assert list(changes["zone_id"]) == [one["zone_id"] for one in found]
    assert list(changes["after_practice"]) == [one["after"].get("practice", []) for one in found]
    assert list(changes["claim_ids"]) == [one["claim_ids"] for one in found]
    assert same_types(atlas.diff(first, last, known_by="1000-01-01"), changes)


def test_an_explanation_is_data_that_shows_as_text(made_up) -> None:
    zone = made_up.zones()["zone_id"].iloc[0]
    explained = made_up.explain(zone)
    assert json.loads(json.dumps(explained))["id"] == zone
    assert repr(explained).splitlines()[1].startswith(f"{zone} (")
    with pytest.raises(UnknownId, match="there is no zone 'lost'; known: "):
        made_up.explain("lost")


# --- counting ----------------------------------------------------------------------------------


@pytest.fixture
def events() -> pd.DataFrame:
    return pd.read_csv(EVENTS)


@pytest.mark.filterwarnings("ignore::layers.errors.AtlasWarning")
@pytest.mark.parametrize("reading", [None, "outer"])
def test_events_at_hand_are_counted_as_those_of_a_file(real, events, reading) -> None:
    atlas = Atlas(real)
    of_file = atlas.count(EVENTS, by="quarter", reading=reading)
    of_frame = atlas.count(events, by="quarter", reading=reading)
    assert_frame_equal(of_frame, of_file)
    read = {name: value for name, value in of_file.attrs.items() if name in of_frame.attrs}
    assert of_frame.attrs == read  # but for the files and the columns taken of each
    assert of_file.attrs["totals"]["counted"] > 100


def test_points_are_counted_where_they_are(real, events) -> None:
    atlas = Atlas(real)
    sound = events.dropna(subset=["latitude", "longitude"])
    points = geopandas.GeoDataFrame(
        {"when": sound["date"], "date": "lost", "latitude": 0},
        geometry=geopandas.points_from_xy(sound["longitude"], sound["latitude"]),
        crs="EPSG:4326",
    ).to_crs("EPSG:3857")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AtlasWarning)
        counts = atlas.count(points, columns={"date": "when"})
        plain = atlas.count(sound)
    assert counts.attrs["totals"]["counted"] == plain.attrs["totals"]["counted"]
    assert counts["events"].sum() == plain["events"].sum()


def test_a_count_is_told_what_a_file_does_not_say(made_up, tmp_path) -> None:
    events = pd.DataFrame({"lat": [-20.0], "lon": [-21.4], "date": ["03/04/2004"], "é": ["x"]})
    file, book = tmp_path / "e.csv", tmp_path / "e.xlsx"
    events.to_csv(file, index=False, encoding="utf-16-le")
    events.to_excel(book, sheet_name="second", index=False)
    asked = ((events, {}), (file, {"encoding": "utf-16-le"}), (book, {"sheet": "second"}))
    for given, options in asked:
        for dates, period in (("dmy", "2004-04"), ("mdy", "2004-03")):
            counts = made_up.count(given, dates=dates, **options)
            assert set(counts["period"]) == {period}


def test_events_that_cannot_be_read_are_told_with_their_reason(made_up) -> None:
    events = pd.DataFrame(
        {"lat": [-20, None, -20, "x"], "lon": -21.4, "date": ["2020-01-01", "2020-01-01", "?", "?"]}
    )
    with pytest.warns(AtlasWarning) as told:
        counts = made_up.count(events)
    (warning,) = told
    assert warning.filename == __file__
    text = str(warning.message)
    assert text.startswith("of 4 events 3 cannot be read and are not counted: ")
    assert "1 no latitude" in text
    assert "1 latitude is no number" in text
    assert "1 date is no day of the calendar" in text
    assert counts.attrs["totals"]["read"] == 4


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"by": "hour"}, "by: 'hour' is none of day, week, month, quarter, year"),
        ({"columns": {"date": "when"}}, "must also name lat, lon"),
        ({"columns": {"lat": "a", "lon": "b", "date": "c"}}, "there is no column 'a'"),
        ({"layers": "nowhere"}, "there is no layer 'nowhere'"),
    ],
)
def test_a_count_that_cannot_be_made_says_why(made_up, given, says) -> None:
    events = pd.DataFrame({"lat": [0.0], "lon": [0.0], "date": ["2020-01-01"]})
    with pytest.raises((QueryError, UnknownId)) as told:
        made_up.count(events, **given)
    assert says in str(told.value)


# --- export ------------------------------------------------------------------------------------


def test_an_export_is_the_command_s(made_up, tmp_path) -> None:
    layer = next(iter(made_up._record.layers))
    mine, theirs = tmp_path / "mine.csv", tmp_path / "theirs.csv"
    written = made_up.export(mine, layers=[layer], reading="outer")
    done = tamas(
        "--seeds", SECOND, "export", "data", theirs, "--layer", layer, "--reading", "outer"
    )
    assert done.returncode == 0, done.stderr
    assert mine.read_bytes() == theirs.read_bytes()
    assert written == [mine, tmp_path / "mine.csv-metadata.json"]
    assert all(path.exists() for path in written)


def test_a_folder_is_filled_with_a_file_a_layer(made_up, tmp_path) -> None:
    written = made_up.export(tmp_path / "out", formats="geojson")
    assert {path.name for path in written} >= {f"{n}.geojson" for n in made_up._record.layers}
    assert all(path.exists() for path in written)


def test_a_geopackage_has_days_as_days(made_up, tmp_path) -> None:
    layer = next(iter(made_up._record.layers))
    made_up.export(tmp_path / "zones.gpkg", layers=layer)
    info = pyogrio.read_info(tmp_path / "zones.gpkg", layer=layer)
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    assert {kinds[name] for name in ("valid_from", "valid_to", "stated_on")} == {"datetime64[D]"}


def test_a_format_that_is_not_known_is_refused(made_up, tmp_path) -> None:
    with pytest.raises(ExportError, match="ends in no known format"):
        made_up.export(tmp_path / "zones.shp")
