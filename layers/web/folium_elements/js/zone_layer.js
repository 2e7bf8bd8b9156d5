// The zones of one layer on a map: of each the row that leads on the day, in its patterns.

import { sizeOf, drawShape } from "./drawing.js";
import { changeDays, holdsOn, inOrder, leading, withDays } from "./leading.js";
import { Symbology } from "./symbology.js";
import { popup, title } from "./popup.js";

/**
 * A zone with what holds of it on the day: all its rows where no day is chosen.
 * @typedef {{zone: any, rows: {row: any, holds: string}[], lead: {row: any, holds: string}}} State
 */

export class ZoneLayer {
  /** @param {any} data @param {import("./translator.js").Translator} words @param {string} id of no other layer on the page */
  constructor(data, words, id) {
    this.data = data;
    this.words = words;
    this.symbology = new Symbology(data.symbology, `${id}-`);
    this.rank = new Map(data.symbology.ranks.map((status, at) => [status, at]));
    this.zones = data.zones.map((zone) => ({ ...zone, rows: inOrder(zone.rows.map(withDays)) }));
    this.group = L.featureGroup();
    /** @type {State[]} */ this.states = [];
    this.drawn = new Map();
    this.shown = new Map();
  }

  /** Show the zones on the day of their map. @param {import("./map_zones.js").MapZones} all */
  begin(all) {
    this.all = all;
    this.show(all.day);
  }

  /** @param {any} zone @param {number | null} day @returns {State | null} */
  #stateOn(zone, day) {
    const rows = [];
    for (const row of zone.rows) {
      const holds = day !== null ? holdsOn(row, day) : row.surelyFrom === null ? "possible" : "certain";
      if (holds) rows.push({ row, holds });
    }
    return rows.length ? { zone, rows, lead: leading(rows, this.rank) } : null;
  }

  statesOn(day) {
    return this.zones.map((zone) => this.#stateOn(zone, day)).filter(Boolean);
  }

  changeDays() {
    return this.zones.flatMap((zone) => zone.rows.flatMap(changeDays));
  }

  /** Show a day: what is on the map already stays, so that an open popup does. */
  show(day) {
    this.states = this.statesOn(day);
    const now = new Map(this.states.map((state) => [state.lead.row, state]));
    for (const [row, entry] of this.shown) {
      if (now.has(row)) continue;
      this.group.removeLayer(entry.group);
      this.shown.delete(row);
    }
    const entries = [...now].map(([row, state]) => [row, state, this.#drawnOf(state)]).filter(([, , entry]) => entry);
    entries.sort(([, , a], [, , b]) => b.size - a.size);
    for (const [row, state, entry] of entries) {
      entry.state = state;
      entry.restyle(strength(state));
      if (this.shown.has(row)) entry.group.bringToFront();
      else this.group.addLayer(entry.group);
      this.shown.set(row, entry);
    }
  }

  /** The drawing of a leading row, made once; null where it has no shape. */
  #drawnOf({ zone, lead: { row } }) {
    const shape = this.data.shapes[row.shape];
    if (!shape.nominal && !shape.outer) return null;
    if (!this.drawn.has(row)) this.drawn.set(row, this.#draw(zone, row, shape));
    return this.drawn.get(row);
  }

  #draw(zone, row, shape) {
    const { renderer } = this.all;
    const drawnAs = { type: zone.type, status: row.status, disputed: row.disputed };
    const { group, restyle } = drawShape(shape, drawnAs, this.symbology, { renderer, pane: "overlayPane", markerPane: "markerPane" });
    const entry = { group, restyle, size: sizeOf(group), state: null };
    group.bindPopup(() => popup(this, entry.state), { className: "tamas-popup", maxWidth: 330, minWidth: 220, autoPanPaddingTopLeft: [10, 84] });
    group.bindTooltip(() => title(this, entry.state), { sticky: true, className: "tamas-tooltip" });
    group.on("add", () => reachable(group, () => title(this, entry.state).textContent));
    return entry;
  }
}

/** The merely possible paler; another reading of a zone as a line over it, since two patterns hide both. */
function strength({ zone, lead }) {
  const sure = lead.holds === "certain" ? 1 : 0.6;
  return { line: sure, fill: zone.variant ? 0 : sure };
}

/** Let the keyboard reach a shape: Leaflet leaves its paths out. */
function reachable(group, label) {
  const last = group.getLayers().at(-1);
  last?.eachLayer((layer) => {
    const node = layer.getElement();
    if (!node) return;
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", label());
    if (node.dataset.reachable) return;
    node.dataset.reachable = "yes";
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      group.openPopup(layer.getLatLng?.() ?? layer.getBounds().getCenter());
    });
  });
}
