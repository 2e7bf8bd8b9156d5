"""Cross-checks of clauses and tallies: each yields every fault it finds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from layers.errors import SeedError
from layers.record.clauses import Agreement, Clause
from layers.record.dates import due_days, parse_day, parse_edtf
from layers.record.model import Record
from layers.record.references import SeedEntry
from layers.record.tallies import Tally


def clause_faults(record: Record) -> Iterator[SeedError]:
    """Yield what is wrong with agreements and their clauses."""
    for key, agreement in record.agreements.items():
        head, name = SeedEntry(record, f"clauses/{key}.yaml"), agreement.agreement
        yield from head.dangling("agreement", "source", name)
        source = record.sources.get(name)
        if source is not None and source.kind != "agreement":
            message = f"the source {name!r} is of kind {source.kind}, not the text of an agreement"
            yield head.fault("agreement", message)
        for clause in agreement.clauses:
            entry = SeedEntry(record, head.path, clause.id)
            yield from _references(entry, clause)
            yield from _term(entry, agreement, clause)
            yield from _outcomes(entry, agreement, clause)


def _references(entry: SeedEntry, clause: Clause) -> Iterator[SeedError]:
    yield from entry.dangling("who", "actor", clause.who)
    yield from entry.dangling("towards", "actor", clause.towards)
    yield from entry.dangling("zones", "zone", clause.zones)
    yield from entry.dangling("places", "place", clause.places)
    yield from entry.dangling("claims", "claim", clause.claims)
    yield from entry.dangling("makes", "zone", clause.makes)
    yield from entry.dangling("outcomes", "claim", [one.claim for one in clause.outcomes])


def _term(entry: SeedEntry, agreement: Agreement, clause: Clause) -> Iterator[SeedError]:
    signed = parse_day(agreement.signed)
    days: dict[str, tuple[date | None, date | None]] = {}
    for field, text in (("from", clause.from_), ("by", clause.by)):
        try:
            days[field] = due_days(text, signed) if text else (None, None)
        except (ValueError, OverflowError) as error:
            yield entry.fault(field, f"{text!r} ends on no day ({error})")
    if len(days) < 2:
        return
    first, last = days["from"][0], days["by"][1]
    if clause.by and last is None:
        yield entry.fault("by", "is open: leave it out where there is no deadline")
    if last is not None and last < signed:
        yield entry.fault("by", f"{last} lies before the signing of {signed}")
    if last is not None and first is not None and last < first:
        yield entry.fault("by", f"{last} lies before {first}, from when it holds")


def _outcomes(entry: SeedEntry, agreement: Agreement, clause: Clause) -> Iterator[SeedError]:
    said: dict[tuple[str, str], str] = {}
    for number, outcome in enumerate(clause.outcomes, start=1):
        field, when = f"outcomes[{number}]", parse_edtf(outcome.date)
        claim = entry.record.claims.get(outcome.claim)
        if claim is None:
            continue
        spoken = [parse_edtf(text) for text in (claim.date, claim.stated_on) if text]
        if when.latest is None:
            message = "is open: a report speaks of a day, a month or a year"
            yield entry.fault(f"{field}.date", message)
        elif when.latest < parse_day(agreement.signed):
            message = f"{outcome.date} lies before the signing of {agreement.signed}"
            yield entry.fault(f"{field}.date", message)
        elif not any(when.meets(other.earliest, other.latest) for other in spoken):
            message = f"{outcome.date} is no time of which {claim.id} speaks ({claim.date})"
            yield entry.fault(f"{field}.date", message)
        if entry.record.source_of[claim.id] == agreement.agreement:
            message = "is the agreement itself; what became of it, somebody says elsewhere"
            yield entry.fault(f"{field}.claim", message)
        told = said.setdefault((claim.asserted_by, outcome.date), outcome.outcome)
        if told != outcome.outcome:
            message = f"{claim.asserted_by} says both {told} and {outcome.outcome} of that day"
            yield entry.fault(f"{field}.outcome", message)


def tally_faults(record: Record) -> Iterator[SeedError]:
    """Yield what is wrong with what was counted, each for itself and running totals in turn."""
    disputed = [set(dispute.claims) for dispute in record.disputes.values()]
    running: dict[object, list[tuple[date, int, SeedEntry, Tally]]] = defaultdict(list)
    for key, claim in record.claims.items():
        entry = SeedEntry(record, f"claims/{record.source_of[key]}.yaml", key)
        tally = claim.tally
        if (claim.kind == "tally") != (tally is not None):
            yield entry.fault("tally", "goes with kind tally, and a claim of that kind needs it")
        if tally is None:
            continue
        yield from _tally(entry, tally, is_disputed=any(key in one for one in disputed))
        last = parse_edtf(tally.to).latest
        if tally.running and last is not None:
            lists = map(tuple, (tally.whose, tally.zones, tally.places))
            series = tally.counter, tally.unit, tally.from_, tally.agreement, *lists
            running[series].append((last, tally.bounds[0], entry, tally))
    for found in running.values():
        for (_, least, earlier, _), (_, _, later, after) in pairwise(
            sorted(found, key=lambda item: item[:2])
        ):
            most = after.bounds[1]
            settled = any({earlier.key, later.key} <= one for one in disputed)
            if most is not None and most < least and not settled:
                message = (
                    f"a running total falls from {least} ({earlier.key}) to {most}; "
                    "correct it, or record the two as sides of a dispute"
                )
                yield later.fault("tally.number", message)


def _tally(entry: SeedEntry, tally: Tally, *, is_disputed: bool) -> Iterator[SeedError]:
    yield from entry.dangling("tally.agreement", "source", tally.agreement)
    yield from entry.dangling("tally.counter", "actor", tally.counter)
    yield from entry.dangling("tally.whose", "actor", tally.whose)
    yield from entry.dangling("tally.zones", "zone", tally.zones)
    yield from entry.dangling("tally.places", "place", tally.places)
    if not (tally.zones or tally.places):
        yield entry.fault("tally.zones", "name the area: at least one zone or place")
    first, last = parse_edtf(tally.from_).earliest, parse_edtf(tally.to).latest
    if first is None or last is None:
        yield entry.fault("tally.to", "a count has a first and a last day")
    elif last < first:
        yield entry.fault("tally.to", f"{tally.to} lies before {tally.from_}")
    for number, part in enumerate(tally.parts, start=1):
        field = f"tally.parts[{number}]"
        if (part.place is None) == (part.zone is None):
            yield entry.fault(field, "give either 'place' or 'zone'")
        yield from entry.dangling(field, "place", part.place)
        yield from entry.dangling(field, "zone", part.zone)
    whole = sum(part.number for part in tally.parts)
    least, most = tally.bounds
    fits = least <= whole and (most is None or whole <= most)
    if tally.parts and not fits and not is_disputed:
        shown = " + ".join(str(part.number) for part in tally.parts)
        stated = str(least) if most == least else f"{least} to {'more' if most is None else most}"
        message = f"{shown} is {whole}, not {stated}; correct it, or record a dispute about it"
        yield entry.fault("tally.parts", message)
