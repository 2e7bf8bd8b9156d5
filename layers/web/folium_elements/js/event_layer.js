// Counted events on a map: filled where surely inside, a ring where possibly, dashed where coarse.

import { bdi, el, svg } from "./dom.js";
import { MapZones } from "./map_zones.js";

// Events of one certainty within so many pixels of each other are drawn as one.
const CELL = 46;
const [LEAST, MOST] = [7, 17];
// A finger's target is at least so wide, in pixels.
const TARGET = 24;
// More areas than these are drawn faintly: laid over each other they would hide the map.
const MANY = 8;

export class EventLayer {
  /** @param {any} data events @param {import("./translator.js").Translator} words */
  constructor({ events }, words) {
    this.events = events;
    this.words = words;
    this.group = L.featureGroup();
    this.areas = L.featureGroup().addTo(this.group);
    this.signs = L.featureGroup().addTo(this.group);
  }

  /** @param {any} map */
  begin(map) {
    this.map = map;
    const { renderer } = MapZones.of(map);
    const coarse = this.events.filter(({ outcome, within_m }) => outcome === "not_placeable" && within_m);
    map.getContainer().classList.toggle("tamas-many-areas", coarse.length > MANY);
    for (const { lat, lon, within_m } of coarse) {
      this.areas.addLayer(L.circle([lat, lon], { radius: within_m, renderer, interactive: false, className: "tamas-event-area" }));
    }
    map.on("zoomend", () => this.#draw());
    map.whenReady(() => this.#draw());
    return this.group;
  }

  #draw() {
    this.signs.clearLayers();
    /** @type {{x: number, y: number, radius: number}[]} */
    const placed = [];
    for (const cluster of this.#clusters()) this.signs.addLayer(this.#sign(cluster, placed));
  }

  /** Events by the cell of the screen in which they lie, and their certainty. */
  #clusters() {
    const zoom = this.map.getZoom();
    const found = new Map();
    for (const event of this.events) {
      const at = this.map.project([event.lat, event.lon], zoom);
      const key = [Math.floor(at.x / CELL), Math.floor(at.y / CELL), event.outcome].join(" ");
      const cluster = found.get(key) ?? { outcome: event.outcome, count: 0, lat: 0, lon: 0, lines: [] };
      cluster.count += event.count;
      cluster.lat += event.lat * event.count;
      cluster.lon += event.lon * event.count;
      cluster.lines.push(event.lines);
      found.set(key, cluster);
    }
    return [...found.values()].sort((a, b) => b.count - a.count);
  }

  #sign({ outcome, count, lat, lon, lines }, placed) {
    const { words, map } = this;
    const said = `${words.gettext(`event.${outcome}`)}: ${words.number(count)}`;
    const radius = Math.min(MOST, LEAST + 2 * Math.log2(count));
    const at = map.project([lat / count, lon / count], map.getZoom());
    const spot = free(placed, { x: at.x, y: at.y, radius: Math.max(radius, TARGET / 2) });
    placed.push(spot);
    const half = spot.radius + 1;
    const icon = L.divIcon({ className: `tamas-event ${outcome}`, html: drawn(radius, count, words), iconSize: [2 * half, 2 * half], iconAnchor: [half + at.x - spot.x, half + at.y - spot.y] });
    const marker = L.marker([lat / count, lon / count], { icon, title: said, keyboard: true });
    marker.bindPopup(() => popup(words, said, lines), { className: "tamas-popup", maxWidth: 300 });
    return marker;
  }
}

/** The nearest spot at which a sign covers no other: one place may have events of each certainty. */
function free(placed, { x, y, radius }) {
  for (let away = 0; away < 6; away += 1) {
    for (let turn = 0; turn < (away ? 8 : 1); turn += 1) {
      const spot = { x: x + away * radius * Math.cos((turn * Math.PI) / 4), y: y + away * radius * Math.sin((turn * Math.PI) / 4), radius };
      if (placed.every((other) => Math.hypot(other.x - spot.x, other.y - spot.y) > other.radius + radius + 2)) return spot;
    }
  }
  return { x, y, radius };
}

function drawn(radius, count, words) {
  const middle = radius + 2;
  return svg("svg", { width: 2 * middle, height: 2 * middle, "aria-hidden": "true" },
    svg("circle", { cx: middle, cy: middle, r: radius - 1 }),
    count > 1 ? svg("text", { x: middle, y: middle + 4, "text-anchor": "middle" }, words.number(count)) : null);
}

function popup(words, said, lines) {
  return el("article", { class: "tamas-zone", lang: words.lang, dir: words.direction },
    el("h2", {}, said),
    el("p", { class: "tamas-note" }, words.gettext("report.lines"), ": ", bdi(words.join(lines))));
}
