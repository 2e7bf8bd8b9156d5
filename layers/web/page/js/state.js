// What the reader has chosen, and the same written into the address after the hash.

import { iso, toDay } from "./days.js";

/**
 * `on` is the day of the map, and the second one while two are compared; `compare` is the first.
 * `known` shows what could be known by a day; `ask` is the point asked about. What follows `dropped`
 * is never in a link: a link must not make a page ask the network for tiles.
 * @typedef {{on: number, lang: string, layers: Set<string>, zone: string | null, compare: number | null,
 *   known: number | null, ask: {lat: number, lon: number} | null,
 *   at: {lat: number, lon: number, zoom: number} | null, dropped: string | null,
 *   playing: boolean, tool: "ask" | "measure" | null, view: "cite" | "contacts" | null, ground: string | null}} State
 */

/**
 * Read an address; whatever cannot be used falls back to the usual view.
 * @param {string} hash @param {import("./record.js").Record} record @param {{on: string | null, lang: string, languages: any}} setup
 * @returns {State}
 */
export function readState(hash, record, setup) {
  let given = new URLSearchParams();
  let dropped = hash.length > 4000 ? "bad_link" : null;
  if (!dropped) given = new URLSearchParams(hash.replace(/^#/, ""));
  const lang = oneOf(given.get("lang"), Object.keys(setup.languages));
  const zone = record.zones.has(given.get("zone")) ? given.get("zone") : null;
  const layers = readLayers(given.get("layers"), record);
  const on = within(toDay(given.get("on")), record);
  const at = readView(given.get("at"));
  const compare = within(toDay(given.get("compare")), record);
  const known = readKnown(given.get("known"));
  const ask = readSpot(given.get("ask"), record);
  for (const [name, used] of Object.entries({ lang, layers, on, at, compare, known, ask })) {
    if (given.get(name) !== null && used === null) dropped = "bad_link";
  }
  if (given.get("zone") !== null && zone === null) dropped = "bad_zone";
  const state = {
    on: on ?? within(toDay(setup.on), record) ?? record.busiest(),
    lang: lang ?? setup.lang,
    layers: layers ?? new Set(record.layerIds),
    zone, at, dropped, compare, known, ask, playing: false, tool: null, view: null, ground: null,
  };
  if (zone !== null) {
    const found = record.get(zone);
    state.layers.add(found.layer);
    if (on === null && compare === null && !record.zoneOn(found, state.on)) state.on = record.dayOf(found) ?? state.on;
  }
  return state;
}

/** What the panel shows: the topmost of what was opened. @param {State} state */
export function viewOf({ view, zone, ask, tool, compare }) {
  if (view === "cite") return "cite";
  if (zone !== null) return "zone";
  if (tool === "measure") return "measure";
  if (ask || tool === "ask") return "ask";
  if (view === "contacts") return "contacts";
  return compare === null ? "list" : "compare";
}

function oneOf(value, allowed) {
  return allowed.includes(value) ? value : null;
}

function within(day, record) {
  return day !== null && day >= record.first && day <= record.last ? day : null;
}

function readLayers(text, record) {
  if (text === null) return null;
  if (text === "none") return new Set();
  const known = text.split(",").filter((id) => record.layerIds.has(id));
  return known.length ? new Set(known) : null;
}

/** Nobody can know by a day before the record or after today's edition; any full day will do. */
function readKnown(text) {
  return toDay(text);
}

function readSpot(text, record) {
  const match = /^(-?\d{1,2}(?:\.\d{1,7})?),(-?\d{1,3}(?:\.\d{1,7})?)$/.exec(text ?? "");
  if (!match) return null;
  const [lat, lon] = match.slice(1).map(Number);
  return record.reaches([lon, lat]) ? { lat, lon } : null;
}

function readView(text) {
  const match = /^(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?),(\d{1,2}(?:\.\d{1,2})?)$/.exec(text ?? "");
  if (!match) return null;
  const [lat, lon, zoom] = match.slice(1).map(Number);
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 3 && zoom <= 14 ? { lat, lon, zoom } : null;
}

/** @param {State} state @param {import("./record.js").Record} record @returns {string} */
export function writeState(state, record) {
  const pairs = [["on", iso(state.on)], ["lang", state.lang]];
  if (state.layers.size < record.layerIds.size) {
    pairs.push(["layers", [...record.layerIds].filter((id) => state.layers.has(id)).join(",") || "none"]);
  }
  if (state.zone !== null) pairs.push(["zone", state.zone]);
  if (state.compare !== null) pairs.push(["compare", iso(state.compare)]);
  if (state.known !== null) pairs.push(["known", iso(state.known)]);
  if (state.ask) pairs.push(["ask", `${state.ask.lat.toFixed(5)},${state.ask.lon.toFixed(5)}`]);
  if (state.at) pairs.push(["at", `${state.at.lat.toFixed(3)},${state.at.lon.toFixed(3)},${state.at.zoom.toFixed(2).replace(/\.?0+$/, "")}`]);
  return `#${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&")}`;
}
