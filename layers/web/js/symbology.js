// Draws what the symbology of the atlas says: markers of kinds, boxes and patterns of states.

import { svg } from "./dom.js";

export class Symbology {
  /** @param {{kinds: Record<string, any>, states: Record<string, any>, patterns: Record<string, any>, pens: Record<string, any>, small_tile: number, tint: number, marker_size: number[], disputed: any, colors: any}} symbology @param {string} [prefix] of the ids of its patterns */
  constructor(symbology, prefix = "") {
    this.symbology = symbology;
    // Ids are the document's: two symbologies of one page keep theirs apart.
    this.prefix = prefix;
    /** @type {Record<string, string>} of interface and base map */
    this.colors = symbology.colors;
    this.made = new Map();
    this.defs = svg("defs");
    this.scale = 1;
    // The patterns must be drawn to be referred to, so their home has no size instead of no display.
    document.body.append(svg("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true", focusable: "false" }, this.defs));
  }

  kind(type) {
    return this.symbology.kinds[type];
  }

  state(status) {
    return this.symbology.states[status];
  }

  /** The patterns over the flat tint with their opacity, from below to above. */
  fills(type, status, disputed = false) {
    const state = this.state(status);
    const pattern = state.pattern ?? (state.flat ? this.kind(type).pattern : null);
    const found = pattern ? [{ pattern, opacity: 1 }] : [];
    return disputed ? [...found, this.symbology.disputed] : found;
  }

  /** The paint of a pattern in a kind's colour; `small` is the tile of legend patches and bars. */
  paint(pattern, type, small = false) {
    const id = `${this.prefix}tile-${pattern}-${type}${small ? "-small" : ""}`;
    if (!this.made.has(id)) {
      const { width, height, stroke, cap, d } = this.symbology.patterns[pattern];
      const mark = svg("path", { d, fill: "none", stroke: this.kind(type).line, "stroke-width": stroke, "stroke-linecap": cap, "stroke-linejoin": "round" });
      const tile = svg("pattern", { id, width, height, patternUnits: "userSpaceOnUse" }, mark);
      this.made.set(id, { tile, small });
      this.defs.append(tile);
      this.#size(tile, small);
    }
    return `url(#${id})`;
  }

  #size(tile, small) {
    tile.setAttribute("patternTransform", `scale(${small ? this.symbology.small_tile : this.scale})`);
  }

  /** Tiles shrink where a whole country is in view. */
  rescale(zoom) {
    const scale = zoom < 8 ? this.symbology.small_tile : 1;
    if (scale === this.scale) return;
    this.scale = scale;
    for (const { tile, small } of this.made.values()) this.#size(tile, small);
  }

  /** The marker of a kind; hollow while it stands on paper alone, its edge broken where nothing later is known. */
  marker(type, { status = "in_effect", size = 1 } = {}) {
    const { line, marker } = this.kind(type);
    const hollow = this.state(status).hollow && marker.some(([pen]) => pen === "disc");
    const [width, height] = this.symbology.marker_size;
    return svg("svg", { class: "marker", viewBox: `0 0 ${width} ${height}`, width: width * size, height: height * size, "aria-hidden": "true" }, marker.filter(([pen]) => !(hollow && pen === "dot")).map(([pen, d]) => {
      const { width: wide, cap, fill } = this.symbology.pens[pen];
      return svg("path", {
        d, stroke: wide ? line : "none", "stroke-width": wide, "stroke-linecap": cap, "stroke-linejoin": "round",
        "stroke-dasharray": hollow && pen === "disc" && status === "unknown" ? "2 2.2" : null,
        fill: { none: "none", paper: this.colors.paper }[fill] ?? line, "fill-opacity": fill === "tint" ? this.symbology.tint : null,
      });
    }));
  }

  /** What stands beside a name in lists: a marker for what is a place, a box for what has an extent. */
  legendSymbol(type, status, how = {}) {
    if (!this.kind(type).is_place) return this.legendPatch(type, status, how);
    const marker = this.marker(type, { status, size: 1.2 });
    marker.classList.add("swatch");
    marker.setAttribute("width", "30");
    return marker;
  }

  /** A small box with the very line and pattern of a status. */
  legendPatch(type, status, { disputed = false, width = 30, height = 18 } = {}) {
    const { line } = this.kind(type);
    const { flat, cap, legend_width, legend_dash } = this.state(status);
    const box = { x: 1.5, y: 1.5, width: width - 3, height: height - 3 };
    return svg("svg", { class: "swatch", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
      svg("rect", { ...box, fill: this.colors.paper }),
      flat ? svg("rect", { ...box, fill: line, "fill-opacity": flat }) : null,
      this.fills(type, status, disputed).map(({ pattern }) => svg("rect", { ...box, fill: this.paint(pattern, type, true) })),
      svg("rect", { ...box, fill: "none", stroke: line, "stroke-width": legend_width, "stroke-dasharray": legend_dash, "stroke-linecap": cap }));
  }
}
