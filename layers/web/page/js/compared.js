// Two days side by side: what appeared, changed, ended or stayed, as a list.

import { CHANGES } from "./difference.js";
import { el } from "./dom.js";
import { isDisputed } from "./zones.js";

const SIGNS = { appeared: "+", changed: "→", ended: "−", unchanged: "=" };

export function compareView(atlas) {
  const { words, state } = atlas;
  const apart = Math.abs(state.on - state.compare);
  return el("article", { class: "compared" },
    el("h2", { tabindex: -1 }, words.gettext("compare_title")),
    el("p", { class: "list-count" }, words.gettext("compare_days", { first: words.date(state.compare), second: words.date(state.on) }), words.gettext("comma"), words.ngettext("days_apart", apart)),
    CHANGES.map((change) => group(atlas, change, atlas.compared.filter((item) => item.change === change))),
    el("p", { class: "quiet" }, words.gettext("compare_note")));
}

function group(atlas, change, items) {
  const { words } = atlas;
  return el("section", { class: "change-group", "data-change": change },
    el("h3", {}, chip(change, words.rtl), el("span", {}, words.gettext("change_count", { change: words.gettext(`change.${change}`), n: words.number(items.length) }))),
    items.length ? el("ul", {}, items.map((item) => el("li", {}, entry(atlas, item)))) : null);
}

/** The sign of a change, as it stands beside names too; an arrow points along the reading. */
export function chip(change, rtl) {
  const sign = change === "changed" && rtl ? "←" : SIGNS[change];
  return el("span", { class: `chip chip-${change}`, "aria-hidden": "true" }, sign);
}

function entry(atlas, { zone, before, after, change }) {
  const { words, symbology } = atlas;
  const { text } = symbology.kind(zone.type);
  const status = (state) => words.status(state.lead.row.status, zone.type, state.lead.row.after);
  const box = (state) => (state ? symbology.legendSymbol(zone.type, state.lead.row.status, { disputed: isDisputed(state.lead.row) }) : el("span", { class: "no-box", "aria-hidden": "true" }, "–"));
  const lines = change === "unchanged" ? status(after)
    : change === "appeared" ? [status(after), words.gettext("comma"), words.gettext("since", { from: words.date(after.lead.row.from, true) })]
      : change === "ended" ? words.gettext("last_day", { day: words.date(before.lead.row.to ?? atlas.state.on, true) })
        : status(before) === status(after) ? words.gettext("change_rows") : words.gettext("change_from_to", { before: words.lowercaseInitial(status(before)), after: words.lowercaseInitial(status(after)) });
  return el("button", { type: "button", class: "entry", "data-key": `zone ${zone.id}`, "data-zone": zone.id, vars: { kind: text }, on: { click: () => atlas.choose(zone.id) } },
    symbology.marker(zone.type),
    el("span", { class: "entry-words" }, el("bdi", { class: "entry-name", dir: words.direction }, words.pick(zone.names)), el("span", { class: "entry-state" }, lines)),
    el("span", { class: "from-to" }, box(before), el("span", { "aria-hidden": "true" }, words.rtl ? "←" : "→"), box(after)));
}
