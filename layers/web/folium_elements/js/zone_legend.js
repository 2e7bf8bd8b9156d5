// The legend of what a map shows: one row a kind and status, in the order of the symbology.

import { el, fill } from "./dom.js";

export class ZoneLegend {
  /** @param {import("./map_zones.js").MapZones} zones @param {import("./translator.js").Translator} words @param {{position: string}} options */
  constructor(zones, words, { position }) {
    this.zones = zones;
    this.words = words;
    this.open = !zones.narrow;
    this.root = el("div", { class: "tamas-legend leaflet-bar", lang: words.lang, dir: words.direction });
    L.DomEvent.disableClickPropagation(this.root);
    L.DomEvent.disableScrollPropagation(this.root);
    this.control = new (L.Control.extend({ onAdd: () => this.root }))({ position: zones.corner(position, words) });
    zones.watch(() => this.#write());
  }

  #toggle() {
    this.open = !this.open;
    this.#write();
  }

  /** Kind, status and dispute of what is drawn, each once. */
  #rows() {
    const found = new Map();
    for (const layer of this.zones.visible) {
      for (const { state: { zone, lead: { row } } } of layer.shown.values()) {
        // A sign has no room for chevrons: a place is one row whether or not it is disputed.
        const disputed = row.disputed && !layer.symbology.kind(zone.type).is_place;
        const key = [zone.type, row.status, disputed, row.after].join(" ");
        if (!found.has(key)) found.set(key, { layer, type: zone.type, row, disputed });
      }
    }
    const order = ({ layer, type, row }) => [layer.data.kinds.indexOf(type), layer.rank.get(row.status)];
    return [...found.values()].map((one) => ({ ...one, order: order(one) })).sort((a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1]);
  }

  #write() {
    const { words } = this;
    const title = words.gettext(this.open ? "on_this_map" : "legend");
    fill(this.root,
      el("button", { type: "button", class: "tamas-legend-title", "data-key": "legend", "aria-expanded": String(this.open), on: { click: () => this.#toggle() } }, title),
      this.open ? this.#body(this.#rows()) : null);
  }

  #body(rows) {
    const { words } = this;
    if (!rows.length) return el("p", { class: "tamas-note" }, words.gettext("nothing_in_view"));
    /** @type {Map<string, any[]>} */
    const kinds = new Map();
    for (const row of rows) {
      const kind = row.layer.words.kind(row.type);
      kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
    }
    return el("div", { class: "tamas-legend-body", tabindex: 0, role: "group", "aria-label": words.gettext("legend") },
      [...kinds].map(([kind, of]) => el("section", {}, of.length > 1 ? el("p", { class: "tamas-kind" }, kind) : null, el("ul", {}, of.map((row) => rowOf(row, of.length > 1 ? null : kind))))),
      this.#faded(rows) ? el("p", { class: "tamas-note" }, words.gettext("full_faded")) : null,
      rows.some(({ disputed }) => disputed) ? el("p", { class: "tamas-note" }, words.gettext("chevrons")) : null);
  }

  /** Whether some shape is drawn paler outside its surest reading. */
  #faded(rows) {
    return rows.some(({ layer, row }) => layer.data.shapes[row.shape].outer);
  }
}

/** A box with its status, and its kind where no title says it. */
function rowOf({ layer, type, row, disputed }, kind) {
  const status = layer.words.status(row.status, type, row.after);
  return el("li", {}, layer.symbology.legendSymbol(type, row.status, { disputed }),
    el("span", {}, kind ? [kind, " ", el("b", {}, layer.words.lowercaseInitial(status))] : el("b", {}, status)));
}
