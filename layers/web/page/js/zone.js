// The record of one zone: what it is, who says what of it and when, how it was drawn.

import { agreed } from "./agreed.js";
import { toDay } from "./days.js";
import { bdi, el, said } from "./dom.js";
import { holdsOn } from "./leading.js";
import { doubts, ending } from "./row_dates.js";
import { sources } from "./sources.js";
import { stepLines } from "./steps.js";
import { isDisputed } from "./zones.js";

export function zoneRecord(atlas, zone) {
  const { words, symbology } = atlas;
  const { whole } = atlas.record;
  const { line, text } = symbology.kind(zone.type);
  const evidence = atlas.record.evidence(zone);
  const cite = (ids) => numbers(atlas, evidence, ids);
  return el("article", { class: "zone", vars: { kind: line, text } },
    el("p", { class: "zone-kind" }, symbology.marker(zone.type), el("span", {}, words.kind(zone.type))),
    el("h2", { tabindex: -1 }, said(words, zone.names)),
    el("p", { class: "zone-other", lang: words.other }, bdi(zone.names[words.other] ?? "", { dir: words.languages[words.other].direction })),
    el("p", { class: "zone-summary" }, said(words, zone.summary)),
    related(atlas, zone),
    ownPage(atlas, zone),
    whole ? null : el("p", { class: "quiet" }, words.gettext("evidence_waits")),
    !whole ? null : zone.rows.length ? statusHistory(atlas, zone, cite) : el("p", { class: "nothing" }, words.gettext("known_nothing", { date: words.date(atlas.state.known ?? atlas.state.on) })),
    whole && zone.rows.length ? [shape(atlas, zone), agreements(atlas, zone, cite), disputes(atlas, zone, cite), sources(atlas, evidence)] : null);
}

/** On a site each zone has a page of its own, to read and to cite. */
function ownPage({ words, setup }, zone) {
  const site = setup.pages?.[words.lang];
  return site ? el("p", { class: "related" }, el("a", { href: `${site.base}zones/${zone.id}.html` }, site.zone)) : null;
}

/** Numbers of the sources behind some claims, tied to the word before them. */
function numbers(atlas, evidence, ids) {
  const { words, record } = atlas;
  const found = [...new Set(ids.map((id) => record.data.claims[id]?.source_id))].map((id) => evidence.get(id)).filter(Boolean);
  found.sort((a, b) => a.number - b.number);
  return found.map(({ number }) => ["\u00a0", el("a", {
    class: "cite", href: `#source-${number}`, "data-key": `cite ${number}`, "aria-label": words.gettext("source_n", { n: number }),
    on: { click: (event) => { event.preventDefault(); const target = document.getElementById(`source-${number}`); target?.scrollIntoView({ block: "nearest" }); target?.focus({ preventScroll: true }); } },
  }, String(number))]);
}

function section(title, aside, ...content) {
  return el("section", { class: "part" }, el("div", { class: "part-title" }, el("h3", {}, title), aside ? el("span", {}, aside) : null), content);
}

function zoneButton(atlas, other) {
  return el("button", { type: "button", class: "inline", "data-key": `to ${other.id}`, on: { click: () => atlas.choose(other.id) } }, said(atlas.words, other.names));
}

function related(atlas, zone) {
  const { words, record } = atlas;
  const base = zone.variant_of ? record.get(zone.variant_of) : null;
  const variants = record.variantsOf(zone);
  return [
    base ? el("p", { class: "related" }, words.gettext("variant_of"), " ", zoneButton(atlas, base)) : null,
    variants.length ? el("p", { class: "related" }, words.gettext("variants"), variants.map((other, at) => [at ? words.gettext("comma") : null, zoneButton(atlas, other)])) : null,
  ];
}

function statusHistory(atlas, zone, cite) {
  const { words, record, state } = atlas;
  const here = record.zoneOn(zone, state.on);
  const later = zone.rows.findIndex((row) => row.from > state.on);
  const items = zone.rows.map((row, at) => statusItem(atlas, zone, row, cite, state.on, at > 0 && at === later));
  return section(words.gettext("status_history"), words.gettext("last_included"),
    here ? null : el("p", { class: "quiet" }, words.gettext("not_on_day", { date: words.date(state.on) })),
    el("ol", { class: "status-history" }, items));
}

function statusItem(atlas, zone, row, cite, day, later) {
  const { words, record, symbology } = atlas;
  const holds = holdsOn(row, day);
  const who = row.asserted_by.map((id) => record.actor(id)).filter(Boolean).map((actor) => words.pick(actor));
  return el("li", { class: `status-item${holds ? " here" : ""}${later ? " after-this-day" : ""}` },
    symbology.legendSymbol(zone.type, row.status, { disputed: isDisputed(row) }),
    el("div", { class: "status-item-words" },
      el("p", { class: "status-item-head" },
        el("b", {}, words.status(row.status, zone.type, row.after)),
        holds ? el("span", { class: "today" }, words.gettext("on_short", { day: words.dayOfYear(day) })) : null,
        el("span", { class: "status-item-dates" }, words.dateRange(row.from, row.to))),
      el("p", { class: "status-item-who" }, who.length ? [words.gettext(`says.${row.track}`, { who: words.join(who) }), cite(row.claim_ids)] : words.gettext("no_source")),
      doubts(words, row).map((line) => el("p", { class: "status-item-note" }, line)),
      el("p", { class: "status-item-note" }, ending(words, row), row.to !== null && row.end_reason ? cite(row.end_claim_ids) : null)));
}

function shape(atlas, zone) {
  const { words, record, state } = atlas;
  const row = (record.zoneOn(zone, state.on)?.lead.row) ?? zone.rows.at(-1);
  const drawn = row && record.shapeOf(row);
  const asOf = row ? toDay(row.geom_as_of ?? "") : null;
  const steps = record.data.steps?.[row?.shape];
  const lines = [];
  if (row && words.has(`basis.${row.geom_basis}`)) lines.push(words.gettext(`basis.${row.geom_basis}`));
  if (!drawn?.nominal && !drawn?.outer) lines.push(words.gettext("no_shape"));
  if (asOf !== null) lines.push(words.gettext("drawn_for", { date: words.date(asOf) }));
  if (row?.uncertainty_m > 0) lines.push(words.gettext("margin", { km: words.inKm(row.uncertainty_m) }));
  return section(words.gettext("shape"), null,
    el("p", { class: "clause" }, said(words, zone.clause)),
    zone.drawn ? el("p", {}, said(words, zone.drawn)) : null,
    el("p", {}, lines.join(" ")),
    steps ? [el("p", {}, el("b", {}, words.gettext("steps"))), el("ol", { class: "drawing" }, stepLines(atlas, steps).map((line) => el("li", {}, line)))] : null,
    el("p", {}, el("b", {}, words.gettext(`confidence.${zone.confidence}`)), " ", said(words, zone.confidence_reason)));
}

function agreements(atlas, zone, cite) {
  const found = agreed(atlas, zone, cite, (other) => zoneButton(atlas, other));
  return found.length ? section(atlas.words.gettext("agreements"), atlas.words.number(found.length), el("ol", { class: "clauses" }, found)) : null;
}

function disputes(atlas, zone, cite) {
  const { words } = atlas;
  const found = atlas.record.disputesOf(zone);
  if (!found.length) return null;
  return section(words.gettext("disputes"), found.length > 1 ? words.number(found.length) : null, found.map((dispute) => el("div", { class: "dispute" },
    el("h4", {}, said(words, dispute.title)),
    el("div", { class: dispute.sides.length > 2 ? "sides many" : "sides" }, dispute.sides.map((side) => el("div", { class: "side" }, el("p", {}, said(words, side.says), cite(side.claims)),
      el("p", { class: "side-who" }, speakers(atlas, side.claims))))),
    el("p", {}, el("b", {}, words.gettext("on_map")), " ", said(words, dispute.on_map)))));
}

/** Who makes some claims, and when each was stated. */
function speakers(atlas, ids) {
  const { words, record } = atlas;
  const lines = ids.map((id) => record.data.claims[id]).filter(Boolean).map((claim) => {
    const actor = record.actor(claim.asserted_by);
    return words.join([actor ? words.pick(actor) : null, claim.stated_on ? words.formatEdtf(claim.stated_on) : null].filter(Boolean));
  });
  return [...new Set(lines)].map((line) => el("span", {}, bdi(line, { dir: words.direction })));
}
