"""Explain a zone: from the words to the shape, with what the shape rests on.

`explain` returns plain data in all languages of the atlas, which shows as text in the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from geo.crs import GEOD
from geo.lines import trace_line
from geo.measure import area_m2, length_m
from geo.recipes import Recipe
from layers.build.inputs import iter_inputs
from layers.build.rows import READINGS, BuiltAtlas, ZonePeriod
from layers.errors import UnknownId
from layers.i18n import translator
from layers.query.listing import in_first, side_lines
from layers.query.recipe_steps import recipe_steps, step_lines
from layers.record.model import Claim, Record


class Explanation(dict[str, Any]):
    """What a reader wants to know of a zone: plain data, which shows as text."""

    def __repr__(self) -> str:
        return "\n".join(as_text(self))


def explain(built: BuiltAtlas, zone_id: str) -> Explanation:
    """Return what a reader wants to know of a zone; `UnknownId` for no such zone."""
    record = built.record
    zone = record.zones.get(zone_id)
    if zone is None:
        raise UnknownId("zone", zone_id, record.zones)
    rows = built.by_zone.get(zone_id, ())
    claims = dict.fromkeys(key for row in rows for key in row.claim_ids)
    return Explanation(
        {
            "id": zone.id,
            "layer": zone.layer,
            "type": zone.type,
            "variant_of": zone.variant_of,
            "names": zone.names.as_dict(),
            "summary": zone.summary.as_dict(),
            "clause": zone.clause.as_dict(),
            "drawn": zone.drawn.as_dict() if zone.drawn else None,
            "confidence": zone.confidence,
            "confidence_reason": zone.confidence_reason.as_dict(),
            "shapes": list(_shapes(built, rows)),
            "periods": [row.properties() for row in rows],
            "claims": [_claim(built, key) for key in claims],
            "disputes": [
                dispute.model_dump(mode="json", include={"id", "title", "sides", "on_map"})
                for dispute in record.disputes.values()
                if zone_id in dispute.zones
            ],
        }
    )


def _shapes(built: BuiltAtlas, rows: Sequence[ZonePeriod]) -> Iterator[dict[str, Any]]:
    """Yield each distinct recipe of a zone's rows with its inputs and sizes, in their order."""
    alike: dict[str, list[ZonePeriod]] = {}
    for row in rows:
        alike.setdefault(built.recipes[row.id].model_dump_json(), []).append(row)
    for row, *others in alike.values():
        recipe = built.recipes[row.id]
        sizes = {
            name: {
                "area_km2": round(area_m2(shape) / 1e6, 1) if shape is not None else None,
                "length_km": round(length_m(shape) / 1e3, 1) if shape is not None else None,
            }
            for name in READINGS
            for shape in [row.reading(name)]
        }
        yield {
            "recipe": recipe.model_dump(mode="json", by_alias=True, exclude_none=True),
            "steps": _steps(built, recipe),
            "rows": [row.id, *(other.id for other in others)],
            "geom_basis": row.geom_basis,
            "geom_as_of": row.geom_as_of.isoformat() if row.geom_as_of else None,
            "uncertainty_m": row.uncertainty_m,
            "sizes": sizes,
            "inputs": [_input(built.record, *one) for one in iter_inputs(built.record, recipe)],
        }


def _steps(built: BuiltAtlas, recipe: Recipe) -> list[dict[str, str]]:
    """Return how a shape is drawn, each step by the languages in whose words it is."""
    record = built.record
    steps = recipe_steps(record, recipe)
    spoken = {words.language.spoken: words for words in map(translator, record.languages)}
    lines = {tag: step_lines(record, steps, words) for tag, words in spoken.items()}
    return [{tag: lines[tag][at] for tag in lines} for at in range(len(steps))]


def _input(record: Record, kind: str, name: str) -> dict[str, Any]:
    said: dict[str, Any]
    if kind == "place":
        place = record.places[name]
        said = {
            "name": place.name(record.languages[0]),
            "lon": place.lon,
            "lat": place.lat,
            "uncertainty_m": place.uncertainty_m,
        }
        sources = [place.source]
    elif kind == "trace":
        trace = record.traces[name]
        if trace.trace.polygons:
            said = {"polygons": len(trace.trace.polygons)}
        else:
            metres = GEOD.line_length(*trace_line(trace.trace).coords.T)
            said = {"length_km": round(metres / 1e3, 1)}
        said["uncertainty_m"] = list(trace.trace.uncertainty_m)
        sources = sorted({stretch.source for stretch in trace.stretches})
    else:
        rows = record.pairs[name]
        gaps = [
            GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2] / 1000
            for a, b in ((record.places[row.first], record.places[row.second]) for row in rows)
        ]
        said = {"pairs": len(rows), "largest_gap_km": round(max(gaps), 1)}
        sources = sorted({s for row in rows for s in (row.first_source, row.second_source)})
    return {"kind": kind, "id": name, **said, "sources": sources}


def _claim(built: BuiltAtlas, key: str) -> dict[str, Any]:
    claim: Claim = built.record.claims[key]
    source = built.record.sources[built.record.source_of[key]]
    return {
        "id": key,
        "summary": claim.summary.as_dict(),
        "asserted_by": claim.asserted_by,
        "hedged": claim.hedged,
        "date": claim.date,
        "stated_on": claim.stated_on,
        "source_id": source.id,
        "publisher": source.publisher.as_dict(),
        "published": source.published.date,
        "where": [claim.where.start, claim.where.end] if claim.where else claim.locator,
        "url": source.url,
    }


def as_text(data: dict[str, Any]) -> Iterator[str]:
    """Yield the explanation line by line, with the atlas's first language inside."""
    yield " · ".join(data["names"].values())
    yield f"{data['id']} ({data['type']}, layer {data['layer']})"
    if data["variant_of"]:
        yield f"a variant of {data['variant_of']}"
    yield in_first(data["summary"])
    yield ""
    yield f"The text: {in_first(data['clause'])}"
    if data["drawn"]:
        yield f"How it was drawn: {in_first(data['drawn'])}"
    yield f"Confidence {data['confidence']}: {in_first(data['confidence_reason'])}"
    for shape in data["shapes"]:
        yield from _shape_text(shape)
    yield ""
    yield "Periods (last day included)"
    for period in data["periods"]:
        end = period["valid_to"] or "no end recorded"
        why = f", {period['end_reason']}" if period["end_reason"] else ""
        yield f"  {period['track']} {period['status']}: {period['valid_from']} to {end}{why}"
        by, claims = ", ".join(period["asserted_by"]), ", ".join(period["claim_ids"])
        yield f"    asserted by {by}; {claims}"
    yield ""
    yield "Claims"
    for claim in data["claims"]:
        place = claim["where"]
        where = f"characters {place[0]} to {place[1]}" if isinstance(place, list) else place
        yield f"  {claim['id']}: {in_first(claim['summary'])}"
        source = f"{in_first(claim['publisher'])}, {claim['published'] or 'undated'}"
        yield f"    {claim['asserted_by']}, in {source}; {where}"
    for dispute in data["disputes"]:
        yield ""
        yield f"Where sources disagree: {in_first(dispute['title'])}"
        yield from side_lines(dispute)


def _shape_text(shape: dict[str, Any]) -> Iterator[str]:
    yield ""
    as_of = f", as of {shape['geom_as_of']}" if shape["geom_as_of"] else ""
    off = shape["uncertainty_m"]
    margin = f", off by up to {off / 1000:.1f} km" if off is not None else ""
    yield f"Shape ({shape['geom_basis']}{as_of}{margin}): {_recipe_text(shape['recipe'])}"
    for number, step in enumerate(shape["steps"], start=1):
        yield f"  {number}. {in_first(step)}"
    for name, size in shape["sizes"].items():
        if size["area_km2"]:
            yield f"  {name}: {size['area_km2']:,} km²"
        elif size["length_km"]:
            yield f"  {name}: {size['length_km']:,} km long"
        else:
            yield f"  {name}: {'a point' if size['area_km2'] is not None else 'nothing'}"
    for item in shape["inputs"]:
        yield f"  from {item['kind']} {item['id']}: {_input_text(item)}"


def _input_text(item: dict[str, Any]) -> str:
    sources = f"[{', '.join(item['sources'][:3])}{', ...' if len(item['sources']) > 3 else ''}]"
    if item["kind"] == "place":
        north, east = "N" if item["lat"] >= 0 else "S", "E" if item["lon"] >= 0 else "W"
        spot = f"{abs(item['lat']):.5f} {north}, {abs(item['lon']):.5f} {east}"
        return f"{item['name']}, {spot}, ± {item['uncertainty_m'] / 1000:g} km {sources}"
    if item["kind"] == "trace":
        margins = sorted({f"{u / 1000:g}" for u in item["uncertainty_m"]}, key=float)
        polygons = item.get("polygons")
        size = f"{polygons} polygons" if polygons else f"{item['length_km']} km"
        return f"{size}, ± {' / '.join(margins)} km {sources}"
    return f"{item['pairs']} pairs, gaps up to {item['largest_gap_km']} km {sources}"


def _recipe_text(recipe: Any) -> str:
    """Write a recipe in one line: corridor(path(trace road ...), half_width_km 6)."""
    if isinstance(recipe, list):
        return "[" + ", ".join(_recipe_text(part) for part in recipe) + "]"
    if not isinstance(recipe, dict):
        return f"{recipe:g}" if isinstance(recipe, float) else str(recipe)
    if set(recipe) == {"low", "high"}:
        low, high = recipe["low"], recipe["high"]
        return f"{high:g}" if low == high else f"{low:g} to {high:g}"
    inside = [f"{key} {_recipe_text(value)}" for key, value in recipe.items() if key != "op"]
    return f"{recipe.get('op', '')}({', '.join(inside)})"
