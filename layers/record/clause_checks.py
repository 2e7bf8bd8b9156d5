"""Cross-checks of clauses and tallies: each yields every fault it finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from layers.errors import SeedError
from layers.record.clauses import Agreement, Clause
from layers.record.dates import due_days, parse_day, parse_edtf
from layers.record.model import Claim, Record
from layers.record.references import dangling
from layers.record.tallies import Tally


def clause_faults(record: Record) -> Iterator[SeedError]:
    """Yield what is wrong with agreements and their clauses."""
    for key, agreement in record.agreements.items():
        path = f"clauses/{key}.yaml"
        name = agreement.agreement
        yield from dangling(path, "", "agreement", "source", name, record.sources)
        source = record.sources.get(name)
        if source is not None and source.kind != "agreement":
            message = f"the source {name!r} is of kind {source.kind}, not the text of an agreement"
            yield SeedError(path, "", "agreement", message)
        for clause in agreement.clauses:
            yield from _references(record, path, clause)
            yield from _term(path, agreement, clause)
            yield from _outcomes(record, path, agreement, clause)


def _references(record: Record, path: str, clause: Clause) -> Iterator[SeedError]:
    outcomes = [one.claim for one in clause.outcomes]
    for field, kind, names, known in (
        ("who", "actor", clause.who, record.actors),
        ("towards", "actor", clause.towards, record.actors),
        ("zones", "zone", clause.zones, record.zones),
        ("places", "place", clause.places, record.places),
        ("claims", "claim", clause.claims, record.claims),
        ("makes", "zone", clause.makes, record.zones),
        ("outcomes", "claim", outcomes, record.claims),
    ):
        yield from dangling(path, clause.id, field, kind, names, known)


def _term(path: str, agreement: Agreement, clause: Clause) -> Iterator[SeedError]:
    signed = parse_day(agreement.signed)
    days: dict[str, tuple[date | None, date | None]] = {}
    for field, text in (("from", clause.from_), ("by", clause.by)):
        try:
            days[field] = due_days(text, signed) if text else (None, None)
        except (ValueError, OverflowError) as error:
            yield SeedError(path, clause.id, field, f"{text!r} ends on no day ({error})")
    if len(days) < 2:
        return
    first, last = days["from"][0], days["by"][1]
    if clause.by and last is None:
        yield SeedError(path, clause.id, "by", "is open: leave it out where there is no deadline")
    if last is not None and last < signed:
        message = f"{last} lies before the signing of {signed}"
        yield SeedError(path, clause.id, "by", message)
    if last is not None and first is not None and last < first:
        yield SeedError(path, clause.id, "by", f"{last} lies before {first}, from when it holds")


def _outcomes(
    record: Record, path: str, agreement: Agreement, clause: Clause
) -> Iterator[SeedError]:
    said: dict[tuple[str, str], str] = {}
    for number, outcome in enumerate(clause.outcomes, start=1):
        field, when = f"outcomes[{number}]", parse_edtf(outcome.date)
        claim = record.claims.get(outcome.claim)
        if claim is None:
            continue
        message = ""
        if when.latest is None:
            message = "is open: a report speaks of a day, a month or a year"
        elif when.latest < parse_day(agreement.signed):
            message = f"{outcome.date} lies before the signing of {agreement.signed}"
        elif not any(
            when.meets(other.earliest, other.latest)
            for other in map(parse_edtf, filter(None, (claim.date, claim.stated_on)))
        ):
            message = f"{outcome.date} is no time of which {claim.id} speaks ({claim.date})"
        if message:
            yield SeedError(path, clause.id, f"{field}.date", message)
        if record.source_of[claim.id] == agreement.agreement:
            message = "is the agreement itself; what became of it, somebody says elsewhere"
            yield SeedError(path, clause.id, f"{field}.claim", message)
        told = said.setdefault((claim.asserted_by, outcome.date), outcome.outcome)
        if told != outcome.outcome:
            message = f"{claim.asserted_by} says both {told} and {outcome.outcome} of that day"
            yield SeedError(path, clause.id, f"{field}.outcome", message)


def tally_faults(record: Record) -> Iterator[SeedError]:
    """Yield what is wrong with what was counted, each for itself and running totals in turn."""
    disputed = [set(dispute.claims) for dispute in record.disputes.values()]
    running: dict[tuple[object, ...], list[tuple[date, Claim, Tally]]] = {}
    for key, claim in record.claims.items():
        path, tally = f"claims/{record.source_of[key]}.yaml", claim.tally
        if (claim.kind == "tally") != (tally is not None):
            message = "goes with kind tally, and a claim of that kind needs it"
            yield SeedError(path, key, "tally", message)
        if tally is None:
            continue
        yield from _tally(record, path, key, tally, is_disputed=any(key in one for one in disputed))
        last = parse_edtf(tally.to).latest
        if tally.running and last is not None:
            series = (
                tally.counter, tally.unit, tally.from_, tally.agreement,
                *map(tuple, (tally.whose, tally.zones, tally.places)),
            )  # fmt: skip
            running.setdefault(series, []).append((last, claim, tally))
    for found in running.values():
        ordered = sorted(found, key=lambda item: (item[0], item[2].bounds[0]))
        for (_, earlier, before), (_, later, after) in pairwise(ordered):
            most = after.bounds[1]
            if most is None or most >= before.bounds[0]:
                continue
            if not any({earlier.id, later.id} <= one for one in disputed):
                message = (
                    f"a running total falls from {before.bounds[0]} ({earlier.id}) to {most}; "
                    "correct it, or record the two as sides of a dispute"
                )
                path = f"claims/{record.source_of[later.id]}.yaml"
                yield SeedError(path, later.id, "tally.number", message)


def _tally(
    record: Record, path: str, key: str, tally: Tally, *, is_disputed: bool
) -> Iterator[SeedError]:
    for field, kind, names, known in (
        ("agreement", "source", tally.agreement, record.sources),
        ("counter", "actor", tally.counter, record.actors),
        ("whose", "actor", tally.whose, record.actors),
        ("zones", "zone", tally.zones, record.zones),
        ("places", "place", tally.places, record.places),
    ):
        yield from dangling(path, key, f"tally.{field}", kind, names, known)
    if not (tally.zones or tally.places):
        yield SeedError(path, key, "tally.zones", "name the area: at least one zone or place")
    first, last = parse_edtf(tally.from_).earliest, parse_edtf(tally.to).latest
    if first is None or last is None:
        yield SeedError(path, key, "tally.to", "a count has a first and a last day")
    elif last < first:
        yield SeedError(path, key, "tally.to", f"{tally.to} lies before {tally.from_}")
    for number, part in enumerate(tally.parts, start=1):
        field = f"tally.parts[{number}]"
        if (part.place is None) == (part.zone is None):
            yield SeedError(path, key, field, "give either 'place' or 'zone'")
        yield from dangling(path, key, field, "place", part.place, record.places)
        yield from dangling(path, key, field, "zone", part.zone, record.zones)
    whole = sum(part.number for part in tally.parts)
    least, most = tally.bounds
    fits = least <= whole and (most is None or whole <= most)
    if tally.parts and not fits and not is_disputed:
        shown = " + ".join(str(part.number) for part in tally.parts)
        stated = str(least) if most == least else f"{least} to {'more' if most is None else most}"
        message = f"{shown} is {whole}, not {stated}; correct it, or record a dispute about it"
        yield SeedError(path, key, "tally.parts", message)
