// Ask here: a point, and what the record says of it in every reading, in some, or in none.

import { answersAt, grouped, readCoordinates } from "./answers.js";
import { bdi, el, svg } from "./dom.js";
import { inverse } from "./geodesy.js";

const NEAR_M = 15000;
const OUTSIDE = 6;

export function askView(atlas) {
  const { words, state } = atlas;
  const { ask } = state;
  if (!ask) return el("article", { class: "asked" }, el("h2", { tabindex: -1 }, words.gettext("ask")), el("p", {}, words.gettext("ask_how")), coordinates(atlas, askAt));
  const spot = /** @type {[number, number]} */ ([ask.lon, ask.lat]);
  const near = nearest(atlas, spot);
  const groups = grouped(answersAt(atlas.record, spot, state.on, state.layers));
  const empty = [...groups.values()].every((group) => !group.length);
  return el("article", { class: "asked" },
    el("h2", { tabindex: -1 }, near ? words.gettext("near", { place: near }) : words.gettext("this_point")),
    el("p", { class: "asked-where" }, bdi(words.spot(ask), { dir: "ltr" }), " · ", words.date(state.on)),
    empty ? el("p", { class: "nothing" }, words.gettext("empty_day", { date: words.date(state.on) })) : [...groups].map(([relation, group]) => answers(atlas, relation, group)),
    el("p", { class: "quiet" }, words.gettext("ellipsoid"), " ", words.gettext("not_for"), " ",
      state.layers.size < atlas.record.layerIds.size ? words.gettext("asked_layers") : null),
    coordinates(atlas, askAt));

  function askAt(at) {
    atlas.ask(at);
    atlas.map.panTo([at.lat, at.lon], { animate: !atlas.reduced.matches });
  }
}

/** A field for coordinates; what it cannot use, it says. */
export function coordinates(atlas, act, label = "ask_go") {
  const { words, record } = atlas;
  const field = el("input", { type: "text", dir: "ltr", maxlength: 60, autocomplete: "off", spellcheck: "false", "data-key": "coordinates", "aria-label": words.gettext("ask_field"), placeholder: "35.787, 36.472" });
  const fault = el("p", { class: "fault", role: "alert", hidden: true });
  return el("form", { class: "coordinates", novalidate: true, on: { submit: (event) => {
    event.preventDefault();
    const at = readCoordinates(field.value);
    const swapped = at && !record.reaches([at.lon, at.lat]) && record.reaches([at.lat, at.lon]);
    const key = at === null ? "ask_unread" : swapped ? "ask_swapped" : record.reaches([at.lon, at.lat]) ? null : "ask_beyond";
    fault.hidden = key === null;
    if (key === null) return act(at);
    fault.textContent = words.gettext(key);
    return field.setAttribute("aria-invalid", "true");
  } } }, el("label", {}, el("span", { class: "quiet" }, words.gettext("ask_field"))), el("div", { class: "field-row" }, field, el("button", { type: "submit", class: "plain" }, words.gettext(label))), fault);
}

/** The name of the nearest settlement, where one is near. */
function nearest(atlas, spot) {
  let best = null;
  for (const place of atlas.record.data.places ?? []) {
    const name = place.names[atlas.words.lang];
    if (place.named === false || !name) continue;
    const { metres } = inverse(spot, [place.lon, place.lat]);
    if (metres <= NEAR_M && (!best || metres < best.metres)) best = { metres, name };
  }
  return best && String(best.name).replace(/\s*\([^)]*\)$/, "");
}

function answers(atlas, relation, group) {
  const { words } = atlas;
  if (!group.length) return null;
  const shown = relation === "outside" ? group.slice(0, OUTSIDE) : group;
  const rest = group.slice(shown.length);
  return el("section", { class: "answers", "data-relation": relation },
    el("h3", {}, circle(relation, atlas.symbology), words.gettext(`relation.${relation}`)),
    el("ul", {}, shown.map((one) => el("li", {}, answer(atlas, one, group)))),
    rest.length ? el("details", {}, el("summary", { "data-key": "farther" }, words.gettext("farther", { n: words.number(rest.length) })), el("ul", {}, rest.map((one) => el("li", {}, answer(atlas, one, group))))) : null);
}

function answer(atlas, { zone, rows, metres }, group) {
  const { words, symbology, record } = atlas;
  const { text } = symbology.kind(zone.type);
  // A zone that paper and practice draw differently answers twice, each time saying which.
  const twice = group.some((other) => other.zone === zone && other.rows !== rows);
  const track = (row) => (twice && row.status !== "agreed" ? ` (${words.gettext(`track.${row.track}`)})` : "");
  const states = [...new Set(rows.map((row) => words.lowercaseInitial(words.status(row.status, zone.type, row.after)) + track(row)))];
  const line = /Point|Line/.test(record.shapeOf(rows[0])?.nominal?.type ?? "");
  const far = metres === null ? words.gettext("no_edge") : words.gettext(line ? "away" : "edge_far", { far: words.far(metres) });
  return el("button", { type: "button", class: "answer", "data-key": `answer ${zone.id}`, vars: { kind: text }, on: { click: () => atlas.choose(zone.id, { move: false }) } },
    el("bdi", { class: "entry-name", dir: words.direction }, words.pick(zone.names)),
    el("span", { class: "entry-state" }, words.join(states)),
    el("span", { class: "entry-state" }, far));
}

/** A full, a half and an empty circle. */
function circle(relation, { colors }) {
  const half = "M8 2a6 6 0 0 1 0 12Z";
  return svg("svg", { class: "circle", viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
    svg("circle", { cx: 8, cy: 8, r: 6, fill: relation === "inside_all" ? colors.ink : colors.paper, stroke: colors.ink, "stroke-width": 1.6 }),
    relation === "inside_some" ? svg("path", { d: half, fill: colors.ink }) : null);
}
