"""The atlas as JSON files in the shape of OGC API - Features: what needs no server.

The same members as the service's answers, with links that are relative to the file they stand
in, so that a client which resolves them can walk from ``index.json`` to every item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import shapely

from layers.build.rows import READINGS, BuiltAtlas, Reading
from layers.formats import ogc
from layers.formats.dataset_metadata import atlas_dataset
from layers.formats.evidence import clause_rows
from layers.formats.features import collection, dumps, geometry_json
from layers.formats.ogc import CRS84, link
from layers.query import listing
from layers.query.clauses import clause_states
from layers.query.tallies import tallies
from layers.record.dates import parse_edtf
from layers.record.model import Record
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
    described = []
    for name, title, summary, documents in _collections(site.built):
        features = documents["nominal"]["features"]
        shapes = (shapely.geometry.shape(one["geometry"]) for one in features if one["geometry"])
        spans = (_span(one["time"]["interval"]) if one.get("time") else None for one in features)
        bbox, interval = ogc.bounding_box(shapes), ogc.time_interval(spans)
        about = ogc.collection(name, title, summary, bbox=bbox, interval=interval, links=())
        described.append(about)
        here = f"collections/{name}.json"
        yield here, dumps({**about, "links": _collection_links(name, here, documents)})
        for reading, document in documents.items():
            path = items_path(name, reading)
            counts = dict.fromkeys(("numberMatched", "numberReturned"), len(document["features"]))
            links = [
                link(relative_link(path, path), "self", _GEOJSON),
                link(relative_link(here, path), "collection", _JSON),
            ]
            yield path, dumps({**document, **counts, "links": links})
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
    return ogc.landing_page(site.record.atlas, boxes, links)


def _collections(
    built: BuiltAtlas,
) -> Iterator[tuple[str, LocalizedText, LocalizedText, dict[Reading, Json]]]:
    """Yield id, title and summary of each collection, and its items by reading."""
    record = built.record
    for layer in record.layers.values():
        rows = built.of_layer(layer.id)
        made = {reading: collection(built, layer.id, rows, reading=reading) for reading in READINGS}
        for document in made.values():
            # The digest of the whole record is in the manifest: here it would change every file.
            del document["record"]["sha256"]
        yield layer.id, layer.title, layer.summary, made
    for name, features in _of_record(record).items():
        if name not in record.layers:
            title, summary = ogc.texts(name, record.atlas)
            about = {"type": "FeatureCollection", "name": name, "title": title.as_dict()}
            yield name, title, summary, {"nominal": {**about, "features": features}}


def _span(interval: Sequence[str]) -> tuple[date | None, date | None]:
    first, last = (None if day == ".." else date.fromisoformat(day) for day in interval)
    return first, last


def _collection_links(name: str, here: str, readings: Iterable[str]) -> list[Json]:
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


def _of_record(record: Record) -> dict[str, list[Json]]:
    """Return what the record lists, as features by collection."""
    return {
        ogc.PLACES: [
            {
                "type": "Feature",
                "id": place.id,
                "geometry": geometry_json(shapely.Point(place.lon, place.lat)),
                "properties": place.model_dump(mode="json", exclude={"lon", "lat"}),
            }
            for place in record.places.values()
        ],
        ogc.CLAIMS: [
            _feature(record, claim, [one["place"] for one in claim["places"]], _days(claim["date"]))
            for claim in listing.claims(record)
        ],
        ogc.CLAUSES: [
            _feature(record, clause, clause["places"], [clause["from_day"], clause["by_day"]])
            for clause in clause_rows(clause_states(record))
        ],
        ogc.TALLIES: [
            _feature(record, tally, tally["places"], [tally["first_day"], tally["last_day"]])
            for tally in tallies(record)
        ],
    }


def _feature(
    record: Record, held: Json, places: Iterable[str], days: Sequence[str | None] | None
) -> Json:
    """Return an entry at places, over days of which an open one is None."""
    return {
        "type": "Feature",
        "id": held["id"],
        "geometry": geometry_json(ogc.points_of(record, places)),
        "time": days and {"interval": [day or ".." for day in days]},
        "properties": held,
    }


def _days(text: str | None) -> list[str | None] | None:
    """Return the first and the last day that a date in EDTF may mean."""
    if text is None:
        return None
    when = parse_edtf(text)
    return [str(day) if day else None for day in (when.earliest, when.latest)]


def dataset(site: Site, downloads: Mapping[str, Sequence[str]]) -> Json:
    """Return the atlas as a schema.org Dataset, for the map's page in the first language."""
    here = "index.html"
    listed = [
        {"encodingFormat": name, "contentUrl": site.address(path, here)}
        for name, paths in downloads.items()
        for path in paths
    ]
    return atlas_dataset(site.record, url=site.address(here, here), downloads=listed)
