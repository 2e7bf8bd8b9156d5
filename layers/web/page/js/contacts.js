// Dated entries that have no place on the map: read in order of time, each moves the date.

import { bdi, el } from "./dom.js";
import { parts } from "./days.js";
import { holdsOn } from "./leading.js";

/** A zone without a shape or a spot: an entry of the timeline alone. */
export function isPlaceless(zone) {
  return zone.type !== "label" && !zone.anchor && zone.all.every((row) => row.shape === null || row.shape === undefined);
}

/** Every step of such zones, in order: what is merely unknown afterwards is no step. */
export function entriesOf(record, zones = record.order) {
  const found = zones.filter(isPlaceless).flatMap((zone) => zone.rows.filter((row) => row.status !== "unknown").map((row) => ({ zone, row })));
  return found.sort((a, b) => a.row.from - b.row.from || (a.row.id < b.row.id ? -1 : 1));
}

export function contactsView(atlas) {
  const { words, record, state } = atlas;
  const shown = entriesOf(record).filter(({ zone }) => state.layers.has(zone.layer));
  const near = shown.findLast(({ row }) => row.from <= state.on)?.row.id;
  const years = new Map();
  for (const entry of shown) {
    const { year } = parts(entry.row.from);
    years.set(year, [...(years.get(year) ?? []), entry]);
  }
  return el("article", { class: "contacts" },
    el("h2", { tabindex: -1 }, words.gettext("contacts")),
    el("p", { class: "list-count" }, words.gettext("contacts_how")),
    [...years].map(([year, entries]) => el("section", { class: "year-of" }, el("h3", {}, String(year)), el("ol", { class: "points" }, entries.map((entry) => el("li", {}, step(atlas, entry, near)))))));
}

function step(atlas, { zone, row }, near) {
  const { words, record, state } = atlas;
  const here = holdsOn(row, state.on);
  return el("button", {
    type: "button", class: `point${here ? " here" : ""}`, "data-key": `step ${row.id}`, "data-near": row.id === near, "aria-current": row.from === state.on ? "date" : null,
    on: { click: () => atlas.set({ on: record.clamp(row.from), playing: false }) },
  }, el("b", {}, words.dateRange(row.from, row.to)), bdi(words.pick(zone.names), { dir: words.direction, class: "point-name" }),
  el("span", { class: "entry-state" }, words.gettext(`track.${row.track}`), words.gettext("comma"), words.lowercaseInitial(words.status(row.status, zone.type, row.after))));
}
