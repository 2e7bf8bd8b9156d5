// What the reader has chosen, and the same written into the address after the hash.

import { iso, toDay } from "./days.js";

/**
 * @typedef {{on: number, lang: string, layers: Set<string>, zone: string | null,
 *   at: {lat: number, lon: number, zoom: number} | null, playing: boolean, dropped: string | null}} State
 */

/**
 * Read an address; whatever cannot be used falls back to the usual view.
 * @param {string} hash @param {import("./record.js").Record} record @param {{on: string | null, lang: string}} setup
 * @returns {State}
 */
export function readState(hash, record, setup) {
  let given = new URLSearchParams();
  let dropped = hash.length > 4000 ? "bad_link" : null;
  if (!dropped) given = new URLSearchParams(hash.replace(/^#/, ""));
  const lang = oneOf(given.get("lang"), ["en", "ar"]);
  const zone = record.zones.has(given.get("zone")) ? given.get("zone") : null;
  const layers = readLayers(given.get("layers"), record);
  const on = within(toDay(given.get("on")), record);
  const at = readView(given.get("at"));
  for (const [name, used] of [["lang", lang], ["layers", layers], ["on", on], ["at", at]]) {
    if (given.get(name) !== null && used === null) dropped = "bad_link";
  }
  if (given.get("zone") !== null && zone === null) dropped = "bad_zone";
  const state = {
    on: on ?? within(toDay(setup.on), record) ?? record.busiest(),
    lang: lang ?? setup.lang,
    layers: layers ?? new Set(record.layerIds),
    zone, at, dropped, playing: false,
  };
  if (zone !== null) {
    const found = record.get(zone);
    state.layers.add(found.layer);
    if (on === null && !record.zoneOn(found, state.on)) state.on = record.dayOf(found) ?? state.on;
  }
  return state;
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
  if (state.at) pairs.push(["at", `${state.at.lat.toFixed(3)},${state.at.lon.toFixed(3)},${state.at.zoom.toFixed(2).replace(/\.?0+$/, "")}`]);
  return `#${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`).join("&")}`;
}
