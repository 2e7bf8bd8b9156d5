"""What a zone rests on: numbered sources, the ladder of its statuses, its disputes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from layers.build.rows import ZonePeriod
from layers.query.filters import disputed
from layers.query.states import in_time
from layers.record.model import Claim, Dispute, Source
from layers.web.site import look
from layers.web.site.frame import Writer
from layers.web.site.markup import NOTHING, Html, bdi, between, el, join

NBSP = "\u00a0"


@dataclass(slots=True)
class Cited:
    """A source of a zone, its number on the page, and the claims taken from it."""

    number: int
    source: Source
    claims: list[Claim] = field(default_factory=list)


def evidence(writer: Writer, zone_id: str, rows: Sequence[ZonePeriod]) -> dict[str, Cited]:
    """Return the sources of a zone in order of first use, as the map page numbers them."""
    layers, record = writer.site.built, writer.site.record
    keys: dict[str, None] = {}
    for row, _ in in_time(rows):
        keys.update(dict.fromkeys([*row.claim_ids, *layers.end_claims[row.id]]))
    for dispute in disputes_of(writer, zone_id):
        for side in dispute.sides:
            keys.update(dict.fromkeys(side.claims))
    found: dict[str, Cited] = {}
    for key in keys:
        source = record.sources[record.source_of[key]]
        cited = found.setdefault(source.id, Cited(len(found) + 1, source))
        cited.claims.append(record.claims[key])
    return found


def disputes_of(writer: Writer, zone_id: str) -> list[Dispute]:
    """Return the disputes about a zone."""
    return writer.site.disputes.get(zone_id, [])


def numbers(writer: Writer, cited: dict[str, Cited], claims: Iterable[str]) -> Html:
    """Return links to the sources of claims, tied to the word before them."""
    record = writer.site.record
    sources = {record.source_of[key] for key in claims}
    found = sorted(cited[name].number for name in sources if name in cited)
    return join(
        [
            [NBSP, el("a", number, class_="cite", href=f"#source-{number}",
                      aria_label=writer.speech.say("source_n", n=number))]
            for number in found
        ]
    )  # fmt: skip


def who(writer: Writer, actors: Iterable[str]) -> str:
    """Return the names of those who say something."""
    names = (writer.site.record.actors.get(key) for key in actors)
    return writer.speech.listed(writer.speech.pick(one.name) for one in names if one)


def ladder(
    writer: Writer,
    here: str,
    rows: Sequence[ZonePeriod],
    cited: dict[str, Cited],
    days: frozenset[date],
) -> Html:
    """Return the statuses of a zone as rungs, in order of time."""
    words = writer.speech
    rungs = [_rung(writer, here, row, after, cited, days) for row, after in in_time(rows)]
    return part(
        words.say("status_ladder"), "status", el("ol", rungs, class_="ladder"),
        aside=words.say("last_included"),
    )  # fmt: skip


def _rung(
    writer: Writer,
    here: str,
    row: ZonePeriod,
    after: bool,
    cited: dict[str, Cited],
    days: frozenset[date],
) -> Html:
    words, layers = writer.speech, writer.site.built
    said = who(writer, row.asserted_by)
    by = words.say(f"says.{row.track}", who=said) if said else words.say("no_source")
    end = NOTHING
    if row.valid_to is None:
        end = el("p", words.say("no_end"), class_="rung-note")
    elif row.end_reason:
        end = el(
            "p", words.say(f"end_reason.{row.end_reason}"),
            numbers(writer, cited, layers.end_claims[row.id]), class_="rung-note",
        )  # fmt: skip
    dates: str | Html = words.range(row.valid_from, row.valid_to)
    if row.valid_from in days:
        dates = writer.anchor(f"days/{row.valid_from}.html", here, dates)
    return el(
        "li",
        look.badge(row.zone_type, row.status, disputed=disputed(layers, row)),
        el(
            "div",
            el(
                "p",
                el("b", words.status(row.status, row.zone_type, after=after)),
                el("span", dates, class_="rung-dates"),
                class_="rung-head",
            ),
            el("p", by, numbers(writer, cited, row.claim_ids), class_="rung-who"),
            [el("p", line, class_="rung-note") for line in _unsure(writer, row)],
            end,
            class_="rung-words",
        ),
        class_="rung",
        id=f"{row.track}-{row.status}-{row.valid_from}",
    )


def _unsure(writer: Writer, row: ZonePeriod) -> Iterable[str]:
    """Yield what is unsure of the days of a period."""
    words = writer.speech
    if row.certain_from is None:
        yield words.say("never_certain")
        return
    if row.certain_from != row.valid_from:
        yield words.say("starts_between", **_between(writer, row.valid_from, row.certain_from))
    if row.valid_to and row.certain_to and row.certain_to != row.valid_to:
        yield words.say("ends_between", **_between(writer, row.certain_to, row.valid_to))


def _between(writer: Writer, first: date, last: date) -> dict[str, object]:
    words = writer.speech
    return {"from": words.day(first, short=True), "to": words.day(last, short=True)}


def dispute(
    writer: Writer, here: str, item: Dispute, cited: dict[str, Cited] | None = None
) -> Html:
    """Return a dispute: its sides in equal columns, and what the map does."""
    words = writer.speech
    sides = [
        el(
            "div",
            el("p", bdi(words.pick(side.says), writer.lang),
               numbers(writer, cited, side.claims) if cited else None),
            el("p", [el("span", line) for line in _speakers(writer, here, side.claims)],
               class_="side-who"),
            class_="side",
        )
        for side in item.sides
    ]  # fmt: skip
    return join(
        el("div", sides, class_=f"sides of-{min(len(sides), 4)}"),
        el("p", el("b", words.say("on_map")), " ", bdi(words.pick(item.on_map), writer.lang)),
    )


def _speakers(writer: Writer, here: str, claims: Iterable[str]) -> list[Html]:
    """Return who makes claims, in which source, each line once."""
    return list(dict.fromkeys(told(writer, here, key) for key in claims))


def told(writer: Writer, here: str, key: str) -> Html:
    """Return who makes a claim and where it was published, with a link to the source."""
    words, record = writer.speech, writer.site.record
    claim = record.claims[key]
    source = record.sources[record.source_of[key]]
    actor = record.actors.get(claim.asserted_by)
    publisher = bdi(words.pick(source.publisher), writer.lang)
    when = words.written(source.published.date) if source.published.date else words.say("undated")
    link = writer.anchor(f"sources.html#{source.id}", here, publisher)
    name = words.pick(actor.name) if actor else ""
    same = name == words.pick(source.publisher)
    return join(
        between(words.comma, [bdi(name, writer.lang) if name and not same else None, link, when][
            0 if name and not same else 1:])
    )  # fmt: skip


def sources(writer: Writer, here: str, cited: dict[str, Cited]) -> Html:
    """Return the sources of a zone with what was taken from each, and where it stands."""
    listed = [_source(writer, here, one) for one in cited.values()]
    return part(
        writer.speech.say("sources"), "sources", el("ol", listed, class_="sources"),
        aside=writer.speech.number(len(listed)),
    )  # fmt: skip


def _source(writer: Writer, here: str, one: Cited) -> Html:
    claims = [
        el(
            "li",
            el("p", bdi(writer.speech.pick(claim.summary), writer.lang)),
            el("p", claim_facts(writer, claim), class_="quiet"),
        )
        for claim in one.claims
    ]
    return el(
        "li",
        el("span", one.number, class_="source-number", aria_hidden="true"),
        el("div", source_lines(writer, one.source, here),
           el("ul", claims, class_="claims") if claims else None, class_="source-words"),
        class_="source", id=f"source-{one.number}",
    )  # fmt: skip


def source_lines(writer: Writer, source: Source, here: str) -> Html:
    """Return what is known of a source: publisher, date and how it is known, language, link."""
    words = writer.speech
    code = source.language
    language = (
        words.say(f"language.{code}")
        if words.has(f"language.{code}")
        else words.say("language.other", code=code)
    )
    date_ = source.published.date
    when = words.written(date_) if date_ else words.say("undated")
    how = f" ({words.say(f'published.{source.published.basis}')})" if date_ else ""
    grades = words.say(
        "reliability",
        source=words.say(f"reliability_source.{source.reliability.source}"),
        information=words.say(f"reliability_information.{source.reliability.information}"),
    )
    name = bdi(words.pick(source.publisher), writer.lang)
    listed = (
        writer.anchor(f"sources.html#{source.id}", here, name) if here != "sources.html" else (name)
    )
    return join(
        el("p", el("b", listed), words.comma, when, how, words.comma,
           words.say(f"source_kind.{source.kind}"), words.comma, language),
        el("p", bdi(words.pick(source.title), writer.lang)) if source.title else None,
        el("p", bdi(words.pick(source.published.note), writer.lang), class_="quiet")
        if source.published.note else None,
        el("p", outside(source.url, words.say("open_source"))) if source.url else None,
        el("p", grades, class_="quiet"),
    )  # fmt: skip


def outside(address: str, text: str) -> Html:
    """Return a link to a page elsewhere, with its host; the record allows http and https alone."""
    host = address.split("/")[2] if address.count("/") > 1 else ""
    return join(
        el("a", text, href=address, rel="noopener noreferrer"), " ",
        el("bdi", host, class_="host", dir="ltr"),
    )  # fmt: skip


def claim_facts(writer: Writer, claim: Claim) -> Html:
    """Return who makes a claim, when, of which time, and where it stands in the text."""
    words, record = writer.speech, writer.site.record
    actor = record.actors.get(claim.asserted_by)
    facts = [
        words.pick(actor.name) if actor else "",
        words.say("stated_on", date=words.written(claim.stated_on)) if claim.stated_on else "",
        words.say("speaks_of", date=words.written(claim.date)) if claim.date else "",
        words.say("hedged") if claim.hedged else "",
        _place(writer, claim),
    ]
    return join(between(words.semicolon, [bdi(fact, writer.lang) for fact in facts if fact]))


def _place(writer: Writer, claim: Claim) -> str:
    words = writer.speech
    if claim.where is not None:
        ends = {"from": words.number(claim.where.start), "to": words.number(claim.where.end)}
        return words.say("characters", **ends)
    return words.say("locator", where=claim.locator) if claim.locator else ""


def part(title: str, name: str, *content: object, aside: str = "") -> Html:
    """Return a section with its title under a rule."""
    return el(
        "section",
        el("div", el("h2", title, id=name), el("span", aside) if aside else None,
           class_="part-title"),
        list(content),  # type: ignore[arg-type]
        class_="part",
        aria_labelledby=name,
    )  # fmt: skip
