"""A page for each day on which anything changed: what appeared, ended, changed, and what held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from layers.query.change_days import GROUPS, MOST, Turn
from layers.query.states import Held
from layers.style import static_svg as picture
from layers.web.site import evidence, look
from layers.web.site.evidence import part
from layers.web.site.frame import Page, Writer
from layers.web.site.maps import Maps, patterns_of
from layers.web.site.markup import NOTHING, Html, bdi, el, join
from layers.web.site.zone_pages import zone_path

_NAMED = 20  # zones of a group that the line of a day names
_DAY = timedelta(days=1)


def day_path(day: date) -> str:
    """Return the path of a day's page."""
    return f"days/{day}.html"


def day_page(
    writer: Writer, maps: Maps, turn: Turn, *, before: date | None, after: date | None
) -> Page:
    """Return the page of a day; ``before`` and ``after`` are its neighbours among such days."""
    words, here = writer.speech, day_path(turn.day)
    when = words.day(turn.day)
    both = [*turn.before.values(), *turn.now.values(), *(turn.held or ())]
    shown = {one.lead.id: (one.lead, one.disputed) for one in both}
    body = join(
        patterns_of(shown.values()),
        _steps(writer, here, before, after),
        el("p", words.say("day_lead"), class_="lead"),
        _figure(writer, maps, turn, when),
        _links(writer, here, turn),
        _changes(writer, here, turn),
        _holding(writer, here, turn),
    )
    return Page(
        path=here,
        title=words.say("day_title", date=when),
        description=_told(writer, turn),
        body=body,
        trail=(("index.html", words.say("to_map")), ("days/index.html", words.say("days"))),
        cited_on=turn.day,
        cited=True,
        before=day_path(before) if before else "",
        after=day_path(after) if after else "",
    )


def _told(writer: Writer, turn: Turn) -> str:
    """Return the changes of a day in one line."""
    words, record = writer.speech, writer.site.record
    parts, groups = [], {}
    for name in GROUPS:
        groups[name] = [one["zone_id"] for one in turn.changes[name]]
    groups["surer"] = list(turn.surer)
    for name, zones in groups.items():
        named = [words.pick(record.zones[zone].names) for zone in zones[:_NAMED]]
        if len(zones) > _NAMED:
            named.append(words.say("and_more", n=words.number(len(zones) - _NAMED)))
        if named:
            parts.append(f"{words.say(name)}: {words.listed(named)}")
    return words.semicolon.join(parts) or words.say("record_begins")


def _steps(writer: Writer, here: str, before: date | None, after: date | None) -> Html:
    words = writer.speech
    made = [
        writer.anchor(
            day_path(day), here, el("span", words.say(key)), " ", el("b", words.day(day)), rel=rel
        )
        if day
        else el("span")
        for day, key, rel in ((before, "previous_day", "prev"), (after, "next_day", "next"))
    ]
    return el("nav", made, class_="steps", aria_label=words.say("days"))


def _figure(writer: Writer, maps: Maps, turn: Turn, when: str) -> Html:
    """Return the map of a day: all that holds, or of a larger atlas what changed."""
    words, record = writer.speech, writer.site.record
    moved = [one["zone_id"] for name in GROUPS for one in turn.changes[name]]
    caption, around = words.say("caption_day", date=when), moved
    if turn.held is not None:
        rows = [one.lead for one in turn.held]
    else:
        shown = [zone for zone in moved if zone in turn.now and maps.drawn(turn.now[zone].lead)]
        around = shown[:MOST]
        rows = [turn.now[zone].lead for zone in around]
        counts = {"n": words.number(len(around)), "m": words.number(len(shown))}
        caption = words.say("caption_day_changed", date=when, **counts)
    if not any(map(maps.drawn, rows)):
        return NOTHING
    labels: list[picture.Label] = []
    for zone in (zone for zone in around if zone in turn.now):
        label = maps.name(turn.now[zone].lead, words.pick(record.zones[zone].names))
        labels += [label] if label else []
    drawn = maps.draw(
        rows,
        around=[(turn.now.get(zone) or turn.before[zone]).lead for zone in around],
        lang=writer.lang,
        label=words.say("picture_day", date=when),
        width=720,
        labels=labels,
    )
    return el("figure", drawn, el("figcaption", caption))


def _links(writer: Writer, here: str, turn: Turn) -> Html:
    words = writer.speech
    on = f"index.html#on={turn.day}&lang={writer.lang}"
    made = [el("a", words.say("to_map_day"), class_="chip strong", href=writer.to(on, here))]
    if not turn.begins:
        both = f"{on}&compare={turn.day - _DAY}"
        made.append(el("a", words.say("to_map_compare"), class_="chip", href=writer.to(both, here)))
    return el("p", made, class_="chips")


def _changes(writer: Writer, here: str, turn: Turn) -> Html:
    words = writer.speech
    if turn.begins:
        return el("p", words.say("record_begins"), class_="note")
    made = [
        part(
            words.say(name), name,
            el("ul", [_change(writer, here, turn, one) for one in turn.changes[name]],
               class_="entries")
            if turn.changes[name] else el("p", words.say("none"), class_="quiet"),
            aside=words.number(len(turn.changes[name])),
        )
        for name in GROUPS
    ]  # fmt: skip
    if turn.surer:
        listed = [
            _entry(
                writer, here, turn.now[zone], words.say("surer_to" if not sure else "surer_from")
            )
            for zone, sure in turn.surer.items()
        ]
        made.append(
            part(
                words.say("surer"), "surer", el("ul", listed, class_="entries"),
                aside=words.number(len(listed)),
            )
        )  # fmt: skip
    return join(made)


def _change(writer: Writer, here: str, turn: Turn, one: Mapping[str, Any]) -> Html:
    """Return a zone that changed, from what to what, and who says so."""
    words, zone = writer.speech, one["zone_id"]
    old, new = turn.before.get(zone), turn.now.get(zone)
    before = _status(writer, old) if old else ""
    after = _status(writer, new) if new else ""
    if old and new:
        same = before == after
        line = (
            words.say("new_report")
            if same
            else words.say("from_to", before=words.inner(before), after=words.inner(after))
        )
    elif new:
        line = words.inner(after)
    else:
        reasons = [words.say(f"end_reason.{reason}") for reason in one["end_reasons"]]
        line = words.semicolon.join([words.say("was", status=words.inner(before)), *reasons])
    claims = [
        el(
            "li",
            el("p", bdi(words.pick(writer.site.record.claims[key].summary), writer.lang)),
            el("p", evidence.told(writer, here, key), class_="quiet"),
        )
        for key in one["claim_ids"]
    ]
    more = el("ul", claims, class_="claims") if claims else NOTHING
    held = new or old
    return _entry(writer, here, held, line, more) if held else NOTHING


def _entry(writer: Writer, here: str, held: Held, line: str, more: Html = NOTHING) -> Html:
    """Return a zone in a list: its sign, name, a line on its state, and its pattern."""
    words, row = writer.speech, held.lead
    name = words.pick(writer.site.record.zones[held.zone_id].names)
    return el(
        "li",
        look.sign(row.zone_type, status=row.status),
        el(
            "div",
            writer.anchor(
                zone_path(held.zone_id), here, bdi(name, writer.lang),
                class_=f"entry-name kind-{row.zone_type}",
            ),
            el("p", line, class_="entry-state"),
            more,
            class_="entry-words",
        ),
        look.box(row.zone_type, row.status, disputed=held.disputed),
        class_="entry",
    )  # fmt: skip


def _holding(writer: Writer, here: str, turn: Turn) -> Html:
    """Return the list of what holds, by layer: the twin of the map. Of a larger atlas, counts."""
    words, record = writer.speech, writer.site.record
    groups: list[Html] = []
    if turn.held is None:
        groups = _counted(writer, here, turn)
    for layer in record.layers.values():
        held = [one for one in turn.held or () if record.zones[one.zone_id].layer == layer.id]
        if held:
            entries = [_entry(writer, here, one, state_line(writer, one)) for one in held]
            groups.append(
                join(el("h3", words.pick(layer.title)), el("ul", entries, class_="entries pairs"))
            )
    count = words.count("holds_count", turn.number)
    empty = el("p", words.say("nothing_holds"), class_="quiet")
    return part(words.say("holds_on"), "holding", groups or empty, aside=count)


def _counted(writer: Writer, here: str, turn: Turn) -> list[Html]:
    """Return how many of each kind hold in each layer, with links to the lists of its zones."""
    words, record = writer.speech, writer.site.record
    made = [el("p", words.say("holds_counted"), class_="note")]
    for layer in dict.fromkeys(layer for layer, _ in turn.counts):
        entries = [
            el("li", look.sign(kind), el("b", words.kind(kind), class_=f"kind-{kind}"),
               el("span", words.number(number)), class_="entry")
            for (one, kind), number in turn.counts.items() if one == layer
        ]  # fmt: skip
        name = words.pick(record.layers[layer].title)
        title = writer.anchor(f"zones/index.html#{layer}", here, name, class_="entry-name")
        made.append(join(el("h3", title), el("ul", entries, class_="entries narrow")))
    return made


def state_line(writer: Writer, held: Held) -> str:
    """Return status and first day of what holds, with "possibly" where it is not certain."""
    words, row = writer.speech, held.lead
    parts = [
        words.say("possible_on") if held.holds == "possible" else "",
        words.inner(_status(writer, held)),
        words.say("since", **{"from": words.day(row.valid_from, short=True)}),
    ]
    return words.listed(part for part in parts if part)


def _status(writer: Writer, held: Held) -> str:
    return writer.speech.status(held.lead.status, held.lead.zone_type, after=held.after)


def day_list(writer: Writer, turns: Iterable[Turn]) -> Page:
    """Return the list of days, year by year, each with what changed."""
    words, here = writer.speech, "days/index.html"
    years: dict[int, list[Html]] = {}
    for turn in turns:
        line = el(
            "li",
            writer.anchor(
                day_path(turn.day), here,
                el("time", words.day(turn.day), datetime=turn.day.isoformat()),
            ),
            el("span", _told(writer, turn), class_="quiet"),
        )  # fmt: skip
        years.setdefault(turn.day.year, []).append(line)
    body = join(
        el("p", words.say("days_lead"), class_="lead"),
        [
            part(str(year), f"y{year}", el("ol", lines, class_="dated"),
                 aside=words.number(len(lines)))
            for year, lines in years.items()
        ],
    )  # fmt: skip
    return Page(
        path=here,
        title=words.say("days"),
        description=words.say("days_lead"),
        body=body,
        trail=(("index.html", words.say("to_map")),),
    )
