// What a zone says of itself when it is pressed or pointed at. All of it goes in as text.

import { bdi, el, externalLink } from "./dom.js";
import { doubts, ending } from "./row_dates.js";

/** @param {import("./zone_layer.js").ZoneLayer} layer @param {import("./zone_layer.js").State} state */
export function popup(layer, { zone, rows, lead }) {
  const { words, symbology, data } = layer;
  const { text } = symbology.kind(zone.type);
  const sources = [...new Set(rows.flatMap(({ row }) => row.source_ids ?? []))];
  const disputes = [...new Set(rows.flatMap(({ row }) => row.dispute_ids ?? []))];
  return el("article", { class: "tamas-zone", lang: words.lang, dir: words.direction, vars: { kind: text } },
    el("p", { class: "tamas-kind" }, symbology.marker(zone.type, { status: lead.row.status }), el("span", {}, words.kind(zone.type))),
    el("h2", {}, bdi(nameOf(words, zone), { dir: "auto" })),
    otherNames(words, zone).map((name) => el("p", { class: "tamas-other" }, bdi(name, { dir: "auto" }))),
    el("ul", { class: "tamas-rows" }, [lead, ...rows.filter((one) => one !== lead)].map(({ row, holds }) => rowOf(layer, zone, row, holds))),
    el("p", { class: "tamas-note" },
      lead.row.confidence ? words.gettext(`confidence.${lead.row.confidence}`) : null,
      lead.row.uncertainty_m > 0 ? [" ", words.gettext("margin", { km: words.inKm(lead.row.uncertainty_m) })] : null),
    list(words.gettext("disputes"), disputes.map((id) => bdi(words.pick(data.disputes[id]) || id, { dir: "auto" }))),
    list(words.gettext("sources"), sources.map((id) => sourceOf(words, data.sources[id], id))),
    lead.row.link ? el("p", { class: "tamas-link" }, externalLink(lead.row.link, words.gettext("zone_page"))) : null);
}

function list(title, items) {
  return items.length ? [el("h3", {}, title), el("ul", { class: "tamas-list" }, items.map((item) => el("li", {}, item)))] : null;
}

function rowOf({ words, symbology }, zone, row, holds) {
  const notes = [holds === "possible" ? words.gettext("possible") : null, ...doubts(words, row), ending(words, row)].filter(Boolean);
  return el("li", {}, symbology.legendSymbol(zone.type, row.status, { disputed: row.disputed }),
    el("div", {},
      el("p", {}, el("b", {}, words.status(row.status, zone.type, row.after)), saidTwice(row) ? null : [words.gettext("comma"), words.gettext(`track.${row.track}`)]),
      el("p", { class: "tamas-dates" }, words.dateRange(row.from, row.to)),
      notes.map((note) => el("p", { class: "tamas-note" }, note))));
}

/** Whether the status names the track already. */
function saidTwice({ status, track }) {
  return status === "agreed" && track === "paper";
}

/** Publisher and date of a source, leading to it; its id where nothing else is known of it. */
function sourceOf(words, source, id) {
  if (!source) return bdi(id);
  const name = words.join([words.pick(source.publisher), source.published ? words.formatEdtf(source.published) : words.gettext("undated")]);
  return externalLink(source.url, name);
}

function nameOf(words, zone) {
  return words.pick(zone.names);
}

function otherNames(words, zone) {
  return [...new Set(Object.values(zone.names))].filter((name) => name && name !== nameOf(words, zone));
}

/** One line: what a zone is called and how it stands. */
export function title({ words }, { zone, lead: { row } }) {
  return el("span", { lang: words.lang, dir: words.direction },
    el("b", {}, bdi(nameOf(words, zone), { dir: "auto" })), words.gettext("comma"),
    words.lowercaseInitial(words.status(row.status, zone.type, row.after)));
}
