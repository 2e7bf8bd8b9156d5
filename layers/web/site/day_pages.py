"""A page for each day on which anything changed: what appeared, ended, changed, and what held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from layers.query.change_days import GROUPS, MOST, ChangeDay
from layers.query.states import ZoneState
from layers.style import static_svg
from layers.web.site.maps import Maps
from layers.web.site.page import SitePage, day_path
from layers.web.site.renderer import PageRenderer

_NAMED = 20  # zones of a group that the line of a day names
_DAY = timedelta(days=1)


def day_page(
    renderer: PageRenderer,
    maps: Maps,
    change: ChangeDay,
    *,
    before: date | None,
    after: date | None,
) -> SitePage:
    """Return the page of a day; ``before`` and ``after`` are its neighbours among such days."""
    words, here = renderer.words, day_path(change.day)
    when = words.date(change.day)
    both = [*change.before.values(), *change.now.values(), *(change.states or ())]
    shown = {one.lead.id: (one.lead, one.disputed) for one in both}
    picture, caption = _picture(renderer, maps, change, when)
    on = f"index.html#on={change.day}&lang={renderer.lang}"
    compare = "" if change.begins else renderer.to(f"{on}&compare={change.day - _DAY}", here)
    body = renderer.body(
        "day",
        here,
        patterns=renderer.patterns(shown.values()),
        before=before,
        after=after,
        picture=picture,
        caption=caption,
        map_link=renderer.to(on, here),
        compare_link=compare,
        groups=list(_groups(renderer, change)),
        number=change.number,
        counted=[] if change.states is not None else list(_counted(renderer, change)),
        holding=list(_holding(renderer, change)),
    )
    return SitePage(
        path=here,
        title=words.gettext("day_title", date=when),
        description=_summary(renderer, change),
        body=body,
        trail=(
            ("index.html", words.gettext("map")),
            ("days/index.html", words.gettext("days")),
        ),
        cited_on=change.day,
        cited=True,
        before=day_path(before) if before else "",
        after=day_path(after) if after else "",
    )


def _summary(renderer: PageRenderer, change: ChangeDay) -> str:
    """Return the changes of a day in one line."""
    words, t, record = renderer.words, renderer.words.gettext, renderer.site.record
    groups = {f"change.{name}": [one["zone_id"] for one in change.changes[name]] for name in GROUPS}
    groups["surer"] = list(change.certainty_changes)
    parts = []
    for key, zones in groups.items():
        named = [words.pick(record.zones[zone].names) for zone in zones[:_NAMED]]
        if len(zones) > _NAMED:
            named.append(t("and_more", n=words.number(len(zones) - _NAMED)))
        if named:
            parts.append(f"{t(key)}: {words.join(named)}")
    return t("semicolon").join(parts) or t("record_begins")


def _picture(
    renderer: PageRenderer, maps: Maps, change: ChangeDay, when: str
) -> tuple[Markup, str]:
    """Return the map of a day: all that holds, or of a larger atlas what changed."""
    words, t, record = renderer.words, renderer.words.gettext, renderer.site.record
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
    labels: list[static_svg.Label] = []
    for zone in (zone for zone in around if zone in change.now):
        label = maps.name(change.now[zone].lead, words.pick(record.zones[zone].names))
        labels += [label] if label else []
    drawn = maps.draw(
        rows,
        around=[(change.now.get(zone) or change.before[zone]).lead for zone in around],
        lang=renderer.lang,
        label=t("picture_day", date=when),
        width=720,
        labels=labels,
    )
    return drawn, caption


def _groups(
    renderer: PageRenderer, change: ChangeDay
) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Yield id, title and entries of each kind of change; nothing on the record's first day."""
    t = renderer.words.gettext
    if change.begins:
        return
    for name in GROUPS:
        yield (
            name,
            t(f"change.{name}"),
            [_change(renderer, change, one) for one in change.changes[name]],
        )
    if change.certainty_changes:
        yield (
            "surer",
            t("surer"),
            [
                _entry(renderer, change.now[zone], t("surer_from" if sure else "surer_to"))
                for zone, sure in change.certainty_changes.items()
            ],
        )


def _change(renderer: PageRenderer, change: ChangeDay, one: Mapping[str, Any]) -> dict[str, Any]:
    """Return a zone that changed, from what to what, and the claims that say so."""
    words, t, zone = renderer.words, renderer.words.gettext, one["zone_id"]
    old, new = change.before.get(zone), change.now.get(zone)
    before = words.lowercase_initial(_status(renderer, old)) if old else ""
    after = words.lowercase_initial(_status(renderer, new)) if new else ""
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
    zone = renderer.site.record.zones[state.zone_id]
    return {
        "zone": zone, "row": state.lead, "line": line, "disputed": state.disputed, "claims": (),
    }  # fmt: skip


def _holding(
    renderer: PageRenderer, change: ChangeDay
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Yield each layer with what holds of it: the twin of the map."""
    record = renderer.site.record
    for layer in record.layers.values():
        states = [one for one in change.states or () if record.zones[one.zone_id].layer == layer.id]
        if states:
            yield layer, [_entry(renderer, one, state_line(renderer, one)) for one in states]


def _counted(
    renderer: PageRenderer, change: ChangeDay
) -> Iterator[tuple[Any, list[tuple[str, int]]]]:
    """Yield each layer with how many of each kind hold in it."""
    for layer in dict.fromkeys(layer for layer, _ in change.counts):
        kinds = [(kind, number) for (one, kind), number in change.counts.items() if one == layer]
        yield renderer.site.record.layers[layer], kinds


def state_line(renderer: PageRenderer, state: ZoneState) -> str:
    """Return status and first day of what holds, with "possibly" where it is not certain."""
    words, t = renderer.words, renderer.words.gettext
    parts = [
        t("possible_on") if state.holds == "possible" else "",
        words.lowercase_initial(_status(renderer, state)),
        t("since", **{"from": words.date(state.lead.valid_from, short=True)}),
    ]
    return words.join(part for part in parts if part)


def _status(renderer: PageRenderer, state: ZoneState) -> str:
    return renderer.words.status(
        state.lead.status, state.lead.zone_type, after=state.is_after_last_report
    )


def day_list(renderer: PageRenderer, change_days: Iterable[ChangeDay]) -> SitePage:
    """Return the list of days, year by year, each with what changed."""
    years: dict[str, list[tuple[date, str]]] = {}
    for change in change_days:
        years.setdefault(str(change.day.year), []).append((change.day, _summary(renderer, change)))
    return renderer.page("days", "days/index.html", "days", "days_lead", years=list(years.items()))
