// What holds on the day, layer by layer: the twin of the map for those who do not point.

import { el } from "./dom.js";
import { hiddenClaims } from "./known.js";
import { isDisputed } from "./zones.js";

const MOST = 60;

/** While the record is shown as it was known by a day: what that hides. */
export function knownNote(atlas, zones) {
  const { words, record, state } = atlas;
  if (state.known === null || !record.whole) return null;
  const { hidden, all } = hiddenClaims(record, zones);
  return el("div", { class: "known-note" }, el("p", {}, el("b", {}, words.gettext("known_only", { date: words.date(state.known) }))),
    el("p", {}, words.gettext("known_hidden", { hidden: words.number(hidden), all: words.number(all) })),
    el("button", { type: "button", class: "plain", "data-key": "known-off", on: { click: () => atlas.set({ known: null }) } }, words.gettext("known_all")));
}

export function list(atlas) {
  const { words, record } = atlas;
  const parts = [el("h2", { class: "list-title" }, words.date(atlas.state.on)),
    el("p", { class: "list-count" }, words.ngettext("on_day", atlas.states.length))];
  if (!atlas.states.length) parts.push(nothing(atlas));
  for (const layer of record.layers) {
    const here = atlas.states.filter(({ zone }) => zone.layer === layer.id);
    parts.push(group(atlas, layer, here));
  }
  parts.push(el("button", { type: "button", class: "plain", "data-key": "contacts", on: { click: () => atlas.set({ view: "contacts" }) } }, words.gettext("contacts")));
  parts.push(backgrounds(atlas));
  return el("div", { class: "list" }, parts);
}

/** An empty day says so, and where the nearest day is that has something. */
function nothing(atlas) {
  const { words, record, state } = atlas;
  const near = record.nearest(state.on, state.layers);
  return el("div", { class: "nothing" }, el("p", {}, words.gettext("empty_day", { date: words.date(state.on) })),
    near ? el("button", { type: "button", class: "dark", on: { click: () => atlas.set({ on: near.day }) } }, words.gettext("go_to", { date: words.date(near.day, true) })) : null);
}

/** Pictures of the ground from elsewhere: never asked for unless somebody chooses one. */
function backgrounds(atlas) {
  const { words, setup, state } = atlas;
  if (!setup.backgrounds?.length) return null;
  const choice = (id, text, note) => {
    const box = el("input", { type: "radio", name: "ground", "data-key": `ground ${id}`, on: { change: () => atlas.set({ ground: id }) } });
    box.checked = state.ground === id;
    return el("label", { class: "ground-choice" }, box, el("span", {}, text, note ? el("span", { class: "entry-state" }, note) : null));
  };
  return el("fieldset", { class: "backgrounds" }, el("legend", {}, words.gettext("ground")), choice(null, words.gettext("ground_own")),
    setup.backgrounds.map(({ id, host }) => choice(id, words.gettext(`background.${id}`), words.gettext("ground_asks", { host }))));
}

function group(atlas, layer, here) {
  const { words, symbology, state } = atlas;
  const shown = state.layers.has(layer.id);
  const box = el("input", { type: "checkbox", "data-key": `layer ${layer.id}`, on: { change: () => toggle(atlas, layer.id) } });
  box.checked = shown;
  const title = el("h3", {}, el("label", {}, box, symbology.marker(layer.style), el("bdi", { dir: words.direction }, words.pick(layer.title)),
    el("span", { class: "count" }, shown ? (here.length ? words.number(here.length) : words.gettext("layer_empty")) : words.gettext("layer_off"))));
  return el("section", { class: `group${shown ? "" : " off"}`, vars: { kind: symbology.kind(layer.style).line } }, title,
    here.length ? el("ul", {}, shownOf(atlas, layer, here).map((state) => el("li", {}, entry(atlas, state)))) : null,
    here.length > shownOf(atlas, layer, here).length ? el("button", { type: "button", class: "plain", "data-key": `more ${layer.id}`, on: { click: () => {
      atlas.unfolded = new Set([...(atlas.unfolded ?? []), layer.id]);
      atlas.refresh("unfolded");
    } } }, words.gettext("farther", { n: words.number(here.length - MOST) })) : null);
}

/** A layer of hundreds is unfolded when somebody asks for it. */
function shownOf(atlas, layer, here) {
  return here.length > MOST * 1.5 && !atlas.unfolded?.has(layer.id) ? here.slice(0, MOST) : here;
}

function toggle(atlas, id) {
  const layers = new Set(atlas.state.layers);
  if (!layers.delete(id)) layers.add(id);
  atlas.set({ layers });
}

function entry(atlas, { zone, lead }) {
  const { words, symbology, record } = atlas;
  const { text } = symbology.kind(zone.type);
  const placed = Boolean(record.data.shapes[lead.row.shape] ?? zone.anchor);
  return el("button", { type: "button", class: "entry", "data-key": `zone ${zone.id}`, "data-zone": zone.id, vars: { kind: text }, on: { click: () => atlas.choose(zone.id) } },
    symbology.legendSymbol(zone.type, lead.row.status, { disputed: isDisputed(lead.row) }),
    el("span", { class: "entry-words" },
      el("bdi", { class: "entry-name", dir: words.direction }, words.pick(zone.names)),
      el("span", { class: "entry-state" }, words.status(lead.row.status, zone.type, lead.row.after), words.gettext("comma"),
        words.gettext("since", { from: words.date(lead.row.from, true) }),
        lead.holds === "possible" ? el("em", {}, ` (${words.gettext("possible")})`) : null,
        placed ? null : el("em", {}, ` (${words.gettext("listed_only")})`))));
}
