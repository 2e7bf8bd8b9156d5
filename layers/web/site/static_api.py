"""The atlas as JSON files in the shape of OGC API - Features: what needs no server.

The same members as the service's answers, with links that are relative to the file they stand
in, so that a client which resolves them can walk from ``index.json`` to every item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import shapely

from layers.build.rows import READINGS, BuiltAtlas, iter_rows
from layers.formats import ogc
from layers.formats.dataset_metadata import atlas_dataset
from layers.formats.evidence import clause_rows
from layers.formats.features import collection, dumps, feature, geometry_json, head
from layers.formats.ogc import CRS84, bounding_box, landing_page, link, points_of, time_interval
from layers.query import listing
from layers.query.clauses import clause_states
from layers.query.tallies import tallies
from layers.record.dates import parse_edtf
from layers.record.model import OF_RECORD
from layers.record.texts import LocalizedText
from layers.web.site.site import Site, relative_link

CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
_GEOJSON, _JSON = "application/geo+json", "application/json"
Json = dict[str, Any]


def api_files(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of every file."""
    layers = site.built
    described = []
    for name, title, summary, features, extra in _collections(layers):
        here = f"collections/{name}.json"
        about = _about(name, title, summary, features)
        described.append(about)
        yield here, dumps({**about, "links": _collection_links(name, here, extra)})
        for path, body in _items(layers, name, title, features, extra):
            yield path, dumps(body)
    listed = [
        {**one, "links": _collection_links(one["id"], "collections.json", ())} for one in described
    ]
    links = [link("collections.json", "self", _JSON), link("index.json", "root", _JSON)]
    yield "collections.json", dumps({"collections": listed, "crs": [CRS84], "links": links})
    yield "conformance.json", dumps({"conformsTo": list(CONFORMS)})
    yield "index.json", dumps(_landing(site, described))


def _landing(site: Site, described: Sequence[Json]) -> Json:
    extents = (one["extent"] for one in described if one["id"] in site.record.layers)
    boxes = [extent["spatial"]["bbox"][0] for extent in extents if "spatial" in extent]
    links = [
        link("index.json", "self", _JSON, "This document"),
        link("index.html", "alternate", "text/html", "The map"),
        link("conformance.json", "conformance", _JSON, "Conformance"),
        link("collections.json", "data", _JSON, "Collections"),
        link("data.html", "service-doc", "text/html", "What there is to take"),
        link("manifest.json", "describedby", _JSON, "Digests of all files"),
    ]
    return landing_page(site.record.atlas, boxes, links)


def _collections(
    built: BuiltAtlas,
) -> Iterator[tuple[str, LocalizedText, LocalizedText, list[Json], tuple[str, ...]]]:
    """Yield id, title, summary and features of each collection, and its further readings."""
    record = built.record
    for layer in record.layers.values():
        features = collection(built, layer.id, built.of_layer(layer.id))["features"]
        yield layer.id, layer.title, layer.summary, features, READINGS
    for name, made in zip(OF_RECORD, (_places, _claims, _clauses, _tallies), strict=True):
        if name not in record.layers:
            yield name, *ogc.texts(name, record.atlas), list(made(built)), ()


def _about(
    name: str, title: LocalizedText, summary: LocalizedText, features: Sequence[Json]
) -> Json:
    shapes = (shapely.geometry.shape(one["geometry"]) for one in features if one["geometry"])
    spans = (_span(one["time"]["interval"]) if one.get("time") else None for one in features)
    bbox, interval = bounding_box(shapes), time_interval(spans)
    return ogc.collection(name, title, summary, bbox=bbox, interval=interval, links=())


def _span(interval: Sequence[str]) -> tuple[date | None, date | None]:
    first, last = (None if day == ".." else date.fromisoformat(day) for day in interval)
    return first, last


def _collection_links(name: str, here: str, readings: Sequence[str]) -> list[Json]:
    return [
        link(relative_link(f"collections/{name}.json", here), "self", _JSON),
        link(relative_link(items_path(name), here), "items", _GEOJSON, "Items as GeoJSON"),
        *(
            link(relative_link(path, here), "items", _GEOJSON, f"Items, {one} reading")
            for one in readings
            if one != "nominal"
            for path in [items_path(name, one)]
        ),
        link(relative_link("index.json", here), "root", _JSON),
    ]


def items_path(name: str, reading: str = "nominal") -> str:
    """Return the path of a collection's items in a reading."""
    return f"collections/{name}/items{'' if reading == 'nominal' else f'-{reading}'}.json"


def _items(
    built: BuiltAtlas, name: str, title: LocalizedText, nominal: list[Json], readings: Sequence[str]
) -> Iterator[tuple[str, Json]]:
    for reading in READINGS if readings else ("nominal",):
        path, features = items_path(name, reading), nominal
        about: Json = {"type": "FeatureCollection", "name": name, "title": title.as_dict()}
        if readings:
            rows = built.of_layer(name)
            if reading != "nominal":
                features = [feature(row, reading=reading) for row in iter_rows(rows)]
            about = head(built.record, name, title, rows["attribution"], reading=reading)
            # The digest of the whole record is in the manifest: here it would change every file.
            del about["record"]["sha256"]
        links = [
            link(relative_link(path, path), "self", _GEOJSON),
            link(relative_link(f"collections/{name}.json", path), "collection", _JSON),
        ]
        counts = {"numberMatched": len(features), "numberReturned": len(features)}
        yield path, {**about, "features": features, **counts, "links": links}


def _places(built: BuiltAtlas) -> Iterator[Json]:
    for place in built.record.places.values():
        yield {
            "type": "Feature",
            "id": place.id,
            "geometry": geometry_json(shapely.Point(place.lon, place.lat)),
            "properties": place.model_dump(mode="json", exclude={"lon", "lat"}),
        }


def _claims(built: BuiltAtlas) -> Iterator[Json]:
    for claim in listing.claims(built.record):
        names = [item["place"] for item in claim["places"]]
        yield _feature(built, claim, names, _time(claim["date"]))


def _clauses(built: BuiltAtlas) -> Iterator[Json]:
    for clause in clause_rows(clause_states(built.record)):
        days = {"interval": [clause["from_day"], clause["by_day"] or ".."]}
        yield _feature(built, clause, clause["places"], days)


def _tallies(built: BuiltAtlas) -> Iterator[Json]:
    for tally in tallies(built.record):
        days = {"interval": [tally["first_day"], tally["last_day"]]}
        yield _feature(built, tally, tally["places"], days)


def _feature(built: BuiltAtlas, held: Json, places: Iterable[str], time: Json | None) -> Json:
    return {
        "type": "Feature",
        "id": held["id"],
        "geometry": geometry_json(points_of(built.record, places)),
        "time": time,
        "properties": held,
    }


def _time(text: str | None) -> Json | None:
    if text is None:
        return None
    when = parse_edtf(text)
    return {"interval": [str(when.earliest or ".."), str(when.latest or "..")]}


def dataset(site: Site, downloads: Mapping[str, Sequence[str]]) -> Json:
    """Return the atlas as a schema.org Dataset, for the map's page in the first language."""
    here = "index.html"
    listed = [
        {"encodingFormat": name, "contentUrl": site.address(path, here)}
        for name, paths in downloads.items()
        for path in paths
    ]
    return atlas_dataset(site.record, url=site.address(here, here), downloads=listed)
