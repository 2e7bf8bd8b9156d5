"""What shapes are drawn from: places, traces, pairs and zones, with their licences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geo.errors import GeometryError
from geo.lines import Pair, Place, Trace
from geo.recipes import Recipe, ShapeOp, ZoneOp, mentions, parts
from layers.record.checks import period_validity
from layers.record.dates import meets, parse_day
from layers.record.model import Record, Zone


class RecordInputs:
    """What recipes name, answered from the record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        extent = record.atlas.extent
        self.lon = (min(lon for lon, _ in extent) + max(lon for lon, _ in extent)) / 2

    def place(self, name: str) -> Place:
        """Return a place of the gazetteer."""
        return self._record.places[name].to_point()

    def trace(self, name: str) -> Trace:
        """Return a trace."""
        return self._record.traces[name].trace

    def pairs(self, name: str) -> Sequence[Pair]:
        """Return the pairs of places of a contact line."""
        return [row.pair(self._record.places) for row in self._record.pairs[name]]

    def zone(self, op: ZoneOp) -> Recipe:
        """Return the recipe of another zone on a day."""
        return recipe_on(self._record.zones[op.id], op)

    def shape(self, name: str) -> Recipe:
        """Return a recipe that zones share."""
        return self._record.shapes[name].recipe


def recipe_on(zone: Zone, op: ZoneOp) -> Recipe:
    """Return the recipe by which a zone was drawn on a day, which must be one alone."""
    day = parse_day(op.on)
    found: list[Recipe] = []
    for period in zone.periods:
        recipe = period.recipe or zone.recipe
        if op.track not in (None, period.track) or recipe in found:
            continue
        if meets(period_validity(period), day, day):
            found.append(recipe)
    if not found:
        raise GeometryError(
            f"zone {zone.id!r} does not hold on {op.on}; choose a day on which it does"
        )
    if len(found) > 1:
        raise GeometryError(
            f"zone {zone.id!r} is drawn in {len(found)} ways on {op.on}; add 'track: paper' or "
            "'track: practice', or choose another day"
        )
    return found[0]


def iter_inputs(record: Record, recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Yield kind and id of every place, trace and pairs file that goes into a recipe.

    Zones and shared shapes are followed to what they are drawn from themselves; each input comes
    once.
    """
    inputs = RecordInputs(record)
    seen: set[tuple[str, str]] = set()
    followed: set[str] = set()
    waiting = [recipe]
    while waiting:
        one = waiting.pop()
        for item in mentions(one):
            if item[0] not in ("zone", "shape") and item not in seen:
                seen.add(item)
                yield item
        ops = [part for part in parts(one) if isinstance(part, ZoneOp | ShapeOp)]
        for op in reversed(ops):  # in their order, each once: many may name the same
            if (key := op.model_dump_json()) not in followed:
                followed.add(key)
                waiting.append(inputs.zone(op) if isinstance(op, ZoneOp) else inputs.shape(op.id))


def iter_data_sources(record: Record, recipe: Recipe) -> Iterator[tuple[str, str, str]]:
    """Yield kind (``place`` or ``trace``), source and licence of all data a shape is drawn from.

    The same source may come many times, once for each place or stretch.
    """
    for kind, name in iter_inputs(record, recipe):
        if kind == "trace":
            for stretch in record.traces[name].stretches:
                yield "trace", stretch.source, stretch.licence
            continue
        pairs = record.pairs[name] if kind == "pairs" else ()
        names = [name] if kind == "place" else [p for q in pairs for p in (q.first, q.second)]
        for place in (record.places[one] for one in names):
            yield "place", place.source, place.licence


def attribution(record: Record, recipe: Recipe) -> str:
    """Name the data that the shape was drawn from, each source once with its licence."""
    named = {
        f"{record.sources[source].publisher.default} ({licence})"
        for _, source, licence in iter_data_sources(record, recipe)
    }
    return "; ".join(sorted(named))


def is_share_alike(licence: str) -> bool:
    """Tell whether terms ask that what is derived be passed on under the same terms."""
    return "-SA" in licence.upper() or "ODBL" in licence.upper()
