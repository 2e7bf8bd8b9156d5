"""A page for each day on which anything changed: what appeared, ended, changed, and what held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from markupsafe import Markup

from layers.query.change_days import GROUPS, MOST, ChangeDay
from layers.query.states import ZoneState
from layers.web.site.renderer import PageRenderer, SitePage, day_path

_NAMED = 20  # zones of a group that the line of a day names
_DAY = timedelta(days=1)


def day_page(
    renderer: PageRenderer, change: ChangeDay, *, before: date | None, after: date | None
) -> SitePage:
    """Return the page of a day; ``before`` and ``after`` are its neighbours among such days."""
    when = renderer.words.date(change.day)
    both = [*change.before.values(), *change.now.values(), *(change.states or ())]
    shown = {one.lead.id: (one.lead, one.disputed) for one in both}
    picture, caption = _picture(renderer, change, when)
    on = f"index.html#on={change.day}&lang={renderer.lang}"
    return renderer.page(
        "day",
        day_path(change.day),
        renderer.t("day_title", date=when),
        _summary(renderer, change),
        cited=True,
        cited_on=change.day,
        before=before,
        after=after,
        patterns=renderer.patterns(shown.values()),
        picture=picture,
        caption=caption,
        map_link=on,
        compare_link="" if change.begins else f"{on}&compare={change.day - _DAY}",
        groups=list(_groups(renderer, change)),
        number=change.number,
        counted=[] if change.states is not None else list(_counted(renderer, change)),
        holding=list(_holding(renderer, change)),
    )


def _summary(renderer: PageRenderer, change: ChangeDay) -> str:
    """Return the changes of a day in one line."""
    words, t = renderer.words, renderer.t
    groups = {f"change.{name}": [one["zone_id"] for one in change.changes[name]] for name in GROUPS}
    groups["surer"] = list(change.certainty_changes)
    parts = []
    for key, zones in groups.items():
        named = [words.pick(renderer.record.zones[zone].names) for zone in zones[:_NAMED]]
        if len(zones) > _NAMED:
            named.append(t("and_more", n=words.number(len(zones) - _NAMED)))
        if named:
            parts.append(f"{t(key)}: {words.join(named)}")
    return t("semicolon").join(parts) or t("record_begins")


def _picture(renderer: PageRenderer, change: ChangeDay, when: str) -> tuple[Markup, str]:
    """Return the map of a day: all that holds, or of a larger atlas what changed."""
    words, t, maps = renderer.words, renderer.t, renderer.site.maps
    moved = [one["zone_id"] for name in GROUPS for one in change.changes[name]]
    caption, around = t("caption_day", date=when), moved
    if change.states is not None:
        rows = [one.lead for one in change.states]
    else:
        shown = [zone for zone in moved if zone in change.now and maps.drawn(change.now[zone].lead)]
        around = shown[:MOST]
        rows = [change.now[zone].lead for zone in around]
        counts = {"n": words.number(len(around)), "m": words.number(len(shown))}
        caption = t("caption_day_changed", date=when, **counts)
    if not any(map(maps.drawn, rows)):
        return Markup(), ""
    labels = [
        maps.name(change.now[zone].lead, words.pick(renderer.record.zones[zone].names))
        for zone in around
        if zone in change.now
    ]
    drawn = maps.draw(
        rows,
        around=[(change.now.get(zone) or change.before[zone]).lead for zone in around],
        lang=renderer.lang,
        label=t("picture_day", date=when),
        width=720,
        labels=list(filter(None, labels)),
    )
    return drawn, caption


def _groups(
    renderer: PageRenderer, change: ChangeDay
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield id, title and entries of each kind of change; nothing on the record's first day."""
    t = renderer.t
    if change.begins:
        return
    for name in GROUPS:
        entries = [_change(renderer, change, one) for one in change.changes[name]]
        yield name, t(f"change.{name}"), entries
    if change.certainty_changes:
        entries = [
            _entry(renderer, change.now[zone], t("surer_from" if sure else "surer_to"))
            for zone, sure in change.certainty_changes.items()
        ]
        yield "surer", t("surer"), entries


def _change(renderer: PageRenderer, change: ChangeDay, one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a zone that changed, from what to what, and the claims that say so."""
    t, zone = renderer.t, one["zone_id"]
    old, new = change.before.get(zone), change.now.get(zone)
    before, after = (_status(renderer, state) if state else "" for state in (old, new))
    if old and new:
        same = before == after
        line = t("change_rows") if same else t("change_from_to", before=before, after=after)
    elif new:
        line = after
    else:
        reasons = [t(f"end_reason.{reason}") for reason in one["end_reasons"]]
        line = t("semicolon").join([t("was", status=before), *reasons])
    return {**_entry(renderer, new or change.before[zone], line), "claims": one["claim_ids"]}


def _entry(renderer: PageRenderer, state: ZoneState, line: str) -> dict[str, Any]:
    """Return a zone in a list, with a line on its state."""
    zone = renderer.record.zones[state.zone_id]
    return {
        "zone": zone, "row": state.lead, "line": line, "disputed": state.disputed, "claims": (),
    }  # fmt: skip


def _holding(
    renderer: PageRenderer, change: ChangeDay
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield each layer with what holds of it: the twin of the map."""
    for layer in renderer.record.layers.values():
        states = [one for one in change.states or () if one.lead.layer == layer.id]
        if states:
            yield layer, [_entry(renderer, one, _state_line(renderer, one)) for one in states]


def _counted(
    renderer: PageRenderer, change: ChangeDay
) -> Iterator[tuple[Any, list[tuple[str, int]]]]:
    """Yield each layer with how many of each kind hold in it."""
    for layer, counts in groupby(change.counts.items(), key=lambda one: one[0][0]):
        yield renderer.record.layers[layer], [(kind, number) for (_, kind), number in counts]


def _state_line(renderer: PageRenderer, state: ZoneState) -> str:
    """Return status and first day of what holds, with "possibly" where it is not certain."""
    words, t = renderer.words, renderer.t
    since = t("since", **{"from": words.date(state.lead.valid_from, short=True)})
    possibly = [t("possible_on")] if state.holds == "possible" else []
    return words.join([*possibly, _status(renderer, state), since])


def _status(renderer: PageRenderer, state: ZoneState) -> str:
    """Return a status as it stands inside a line."""
    words, lead = renderer.words, state.lead
    status = words.status(lead.status, lead.zone_type, after=state.is_after_last_report)
    return words.lowercase_initial(status)


def day_list(renderer: PageRenderer) -> SitePage:
    """Return the list of days, year by year, each with what changed."""
    years: dict[int, list[tuple[date, str]]] = {}
    for day, change in renderer.site.change_days.items():
        years.setdefault(day.year, []).append((day, _summary(renderer, change)))
    return renderer.page(
        "days", "days/index.html", renderer.t("days"), renderer.t("days_lead"), years=years
    )
