// What holds on the day, layer by layer: the twin of the map for those who do not point.

import { el } from "./dom.js";
import { isDisputed } from "./zones.js";

export function list(atlas) {
  const { words, record } = atlas;
  const parts = [el("h2", { class: "list-title" }, words.date(atlas.state.on)),
    el("p", { class: "list-count" }, words.count("on_day", atlas.held.length))];
  if (!atlas.held.length) parts.push(nothing(atlas));
  for (const layer of record.layers) {
    const here = atlas.held.filter(({ zone }) => zone.layer === layer.id);
    parts.push(group(atlas, layer, here));
  }
  return el("div", { class: "list" }, parts);
}

/** An empty day says so, and where the nearest day is that has something. */
function nothing(atlas) {
  const { words, record, state } = atlas;
  const near = record.nearest(state.on, state.layers);
  return el("div", { class: "nothing" }, el("p", {}, words.t("empty_day", { date: words.date(state.on) })),
    near ? el("button", { type: "button", class: "dark", on: { click: () => atlas.set({ on: near.day }) } }, words.t("go_to", { date: words.date(near.day, true) })) : null);
}

function group(atlas, layer, here) {
  const { words, look, state } = atlas;
  const shown = state.layers.has(layer.id);
  const box = el("input", { type: "checkbox", "data-key": `layer ${layer.id}`, on: { change: () => toggle(atlas, layer.id) } });
  box.checked = shown;
  const title = el("h3", {}, el("label", {}, box, look.sign(layer.style), el("bdi", { dir: words.dir }, words.pick(layer.title)),
    el("span", { class: "count" }, shown ? (here.length ? words.number(here.length) : words.t("layer_empty")) : words.t("layer_off"))));
  return el("section", { class: `group${shown ? "" : " off"}`, vars: { kind: look.kind(layer.style).line } }, title,
    here.length ? el("ul", {}, here.map((held) => el("li", {}, entry(atlas, held)))) : null);
}

function toggle(atlas, id) {
  const layers = new Set(atlas.state.layers);
  if (!layers.delete(id)) layers.add(id);
  atlas.set({ layers });
}

function entry(atlas, { zone, lead }) {
  const { words, look, record } = atlas;
  const { text, gender } = look.kind(zone.type);
  const shape = record.data.shapes[lead.row.shape];
  const placed = Boolean(shape?.nominal ?? shape?.outer ?? zone.anchor);
  return el("button", { type: "button", class: "entry", "data-key": `zone ${zone.id}`, "data-zone": zone.id, vars: { kind: text }, on: { click: () => atlas.choose(zone.id) } },
    look.badge(zone.type, lead.row.status, { disputed: isDisputed(lead.row) }),
    el("span", { class: "entry-words" },
      el("bdi", { class: "entry-name", dir: words.dir }, words.pick(zone.names)),
      el("span", { class: "entry-state" }, words.status(lead.row.status, gender, lead.row.after), words.rtl ? "، " : ", ",
        words.t("since", { from: words.date(lead.row.from, true) }),
        lead.holds === "possible" ? el("em", {}, ` (${words.t("possible")})`) : null,
        placed ? null : el("em", {}, ` (${words.t("listed_only")})`))));
}
