"""The atlas as JSON files in the shape of OGC API - Features: what needs no server.

The same members as the service's answers, with links that are relative to the file they stand
in, so that a client which resolves them can walk from ``index.json`` to every item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import shapely

from layers.build.rows import READINGS, BuiltAtlas
from layers.formats.dataset import dataset as dataset_of
from layers.formats.features import collection, dumps, feature, geometry_json, head
from layers.query import listing
from layers.record.dates import parse_edtf
from layers.record.model import LocalizedText
from layers.web.site.site import Site, relative_link

CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_GEOJSON, _JSON = "application/geo+json", "application/json"
# The service calls its two further collections so; a layer of the same name comes first here.
PLACES, CLAIMS = "places", "claims"
_TITLES = {
    PLACES: LocalizedText(en="Places of the gazetteer", ar="أماكن المعجم الجغرافي"),
    CLAIMS: LocalizedText(en="Claims of the sources", ar="أقوال المصادر"),
}
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


def link(href: str, rel: str, media_type: str, title: str = "") -> Json:
    """Return a link as OGC API writes it."""
    made = {"href": href, "rel": rel, "type": media_type}
    return {**made, "title": title} if title else made


def _landing(site: Site, described: Sequence[Json]) -> Json:
    atlas = site.record.atlas
    boxes = [
        one["extent"]["spatial"]["bbox"][0] for one in described if one["extent"].get("spatial")
    ]
    extent: Json = {}
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        extent = {
            "spatial": {"bbox": [[min(west), min(south), max(east), max(north)]], "crs": CRS84}
        }
    return {
        "title": atlas.title["en"],
        "title_ar": atlas.title["ar"],
        "description": atlas.scope["en"],
        "description_ar": atlas.scope["ar"],
        "attribution": f"{atlas.title['en']}, edition {atlas.edition} ({atlas.licence})",
        "extent": extent,
        "links": [
            link("index.json", "self", _JSON, "This document"),
            link("index.html", "alternate", "text/html", "The map"),
            link("conformance.json", "conformance", _JSON, "Conformance"),
            link("collections.json", "data", _JSON, "Collections"),
            link("data.html", "service-doc", "text/html", "What there is to take"),
            link("manifest.json", "describedby", _JSON, "Digests of all files"),
        ],
    }


def _collections(
    built: BuiltAtlas,
) -> Iterator[tuple[str, LocalizedText, LocalizedText, list[Json], tuple[str, ...]]]:
    """Yield id, title, summary and features of each collection, and its further readings."""
    record = built.record
    for layer in record.layers.values():
        features = collection(built, layer.id, built.of(layer.id))["features"]
        yield layer.id, layer.title, layer.summary, features, READINGS
    for name, made in ((PLACES, _places), (CLAIMS, _claims)):
        if name not in record.layers:
            yield name, _TITLES[name], _TITLES[name], list(made(built)), ()


def _about(
    name: str, title: LocalizedText, summary: LocalizedText, features: Sequence[Json]
) -> Json:
    extent: Json = {}
    shapes = [shapely.geometry.shape(one["geometry"]) for one in features if one["geometry"]]
    if shapes:
        box = [round(float(value), 5) for value in shapely.total_bounds(shapes)]
        extent["spatial"] = {"bbox": [box], "crs": CRS84}
    times = [one["time"]["interval"] for one in features if one.get("time")]
    if times:
        first = min((start for start, _ in times if start != ".."), default=None)
        last = max((end for _, end in times), default=None)
        opened = any(end == ".." for _, end in times)
        extent["temporal"] = {
            "interval": [
                [f"{first}T00:00:00Z" if first else None,
                 None if opened or not last else f"{last}T23:59:59Z"]
            ],
            "trs": _GREGORIAN,
        }  # fmt: skip
    return {
        "id": name,
        "title": title["en"],
        "title_ar": title["ar"],
        "description": summary["en"],
        "description_ar": summary["ar"],
        "itemType": "feature",
        "extent": extent,
        "crs": [CRS84],
        "storageCrs": CRS84,
    }


def _collection_links(name: str, here: str, readings: Sequence[str]) -> list[Json]:
    return [
        link(relative_link(f"collections/{name}.json", here), "self", _JSON),
        link(relative_link(items_path(name), here), "items", _GEOJSON, "Items as GeoJSON"),
        *(
            link(
                relative_link(items_path(name, one), here),
                "items",
                _GEOJSON,
                f"Items, {one} reading",
            )
            for one in readings
            if one != "nominal"
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
        made: Json = {
            "type": "FeatureCollection",
            "name": name,
            "title": title.as_dict(),
            "features": features,
        }
        if readings:
            rows = built.of(name)
            if reading != "nominal":
                features = [feature(built, row, reading=reading) for row in rows]
            made = {**head(built, name, title, rows, reading=reading), "features": features}
        # The digest of the whole record is in the manifest: here it would change every file.
        made.get("record", {}).pop("sha256", None)
        count = len(made["features"])
        yield (
            path,
            {
                **made,
                "numberMatched": count,
                "numberReturned": count,
                "links": [
                    link(relative_link(path, path), "self", _GEOJSON),
                    link(relative_link(f"collections/{name}.json", path), "collection", _JSON),
                ],
            },
        )


def _places(built: BuiltAtlas) -> Iterator[Json]:
    for place in built.record.places.values():
        yield {
            "type": "Feature",
            "id": place.id,
            "geometry": geometry_json(shapely.Point(place.lon, place.lat)),
            "properties": place.model_dump(mode="json", exclude={"lon", "lat"}),
        }


def _claims(built: BuiltAtlas) -> Iterator[Json]:
    places = built.record.places
    for claim in listing.claims(built.record):
        spots = [
            (places[name].lon, places[name].lat)
            for name in dict.fromkeys(item["place"] for item in claim["places"])
        ]
        shape = shapely.MultiPoint(spots) if len(spots) > 1 else shapely.Point(spots[0]) if (
            spots) else None  # fmt: skip
        yield {
            "type": "Feature",
            "id": claim["id"],
            "geometry": geometry_json(shape),
            "time": _time(claim["date"]),
            "properties": claim,
        }


def _time(text: str | None) -> Json | None:
    if text is None:
        return None
    when = parse_edtf(text)
    return {"interval": [str(when.earliest or ".."), str(when.latest or "..")]}


def dataset(site: Site, downloads: Mapping[str, Sequence[str]]) -> Json:
    """Return the atlas as a schema.org Dataset, for the map's page in English."""
    here = "index.html"
    listed = [
        {"encodingFormat": name, "contentUrl": site.address(path, here)}
        for name, paths in downloads.items()
        for path in paths
    ]
    return dataset_of(site.record, url=site.address(here, here), downloads=listed)
