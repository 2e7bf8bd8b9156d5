// Colour says what kind, pattern says what state, strength says how sure: one place for all three.

import { svg } from "./dom.js";

// Marks of each pattern on its tile, as SVG path data with the width of the stroke.
const PATTERNS = {
  diagonals: { width: 8, height: 8, stroke: 1.7, d: "M-2 2 2-2M0 8 8 0M6 10 10 6" },
  bars: { width: 14, height: 14, stroke: 1.7, d: "M4 0V14M8 0V14" },
  crosses: { width: 12, height: 12, stroke: 1.2, d: "M4 4 8 8M8 4 4 8" },
  dots: { width: 8, height: 8, stroke: 2.2, cap: "round", d: "M2 2h.01M6 6h.01" },
  chevrons: { width: 24, height: 22, stroke: 1.5, d: "M-6 9 0 14 12 6 24 14 30 9" },
};

// Signs on a 22 x 16 field: how the shape of a kind is made. `fill` marks what is tinted.
const SIGNS = {
  deescalation_area: [["fill", "M4 5C6 1 11 3 14 2.5 19 1.5 20 6 18.5 10 17 14 12 12.5 8 14 3.5 15 2 9 4 5Z"]],
  demilitarized_strip: [["line", "M2 3.5C2 10 6 14 11 14S20 10 20 3.5Z"], ["solid", "M2 6C3 11 7 14 11 14S19 11 20 6C17 10.5 14 11.5 11 11.5S5 10.5 2 6Z"]],
  security_corridor: [["line", "M1 2.5H21M1 13.5H21"], ["thick", "M2 8H5.5M9.2 8H12.8M16.5 8H20"]],
  patrol_area: [["line", "M1 2H21M1 14H21"], ["heavy", "M2.5 8H6M9.2 8H12.8M16 8H19.5"]],
  deconfliction_area: [["fill", "M11 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 1 1 0-13Z"], ["dot", "M11 8h.01"]],
  operation_area: [["fill", "M2 2.5H20C19 9 16 13.5 11 13.5S3 9 2 2.5Z"], ["thick", "M1 2.5H21"]],
  foreign_base: [["disc", "M11 2a6 6 0 1 1 0 12 6 6 0 1 1 0-12Z"], ["dot", "M11 8h.01"]],
  patrol_route: [["thick", "M3 12C7 3 12 14 19 4"], ["dot", "M3 12h.01M19 4h.01"]],
  post: [["disc", "M11 2 17.5 13.5H4.5Z"], ["dot", "M11 10h.01"]],
  position: [["disc", "M11 4a4 4 0 1 1 0 8 4 4 0 1 1 0-8Z"], ["thick", "M1.5 8H7M15 8H20.5"]],
  incident: [["disc", "M11 1.5a4 4 0 1 1 0 8 4 4 0 1 1 0-8Z"], ["thick", "M11 9.5V15"]],
  presence: [["dot", "M5 11h.01M11 4h.01M17 11h.01"]],
  channel: [["line", "M8 3a5 5 0 1 1 0 10A5 5 0 1 1 8 3ZM14 3a5 5 0 1 1 0 10A5 5 0 1 1 14 3Z"]],
  label: [["line", "M3 4H19M3 8H15M3 12H17"]],
};

/** Kinds that are a place and not an extent. */
export const PLACES = new Set(["foreign_base", "post", "position", "incident", "channel", "label"]);
// A place that stands on paper alone, or of which nothing later is known, is drawn hollow.
export const HOLLOW = new Set(["agreed", "announced", "not_implemented", "unknown"]);

const PENS = {
  line: { fill: "none", width: 1.5 },
  thick: { fill: "none", width: 2 },
  heavy: { fill: "none", width: 3.2 },
  dot: { fill: "none", width: 5, cap: "round" },
  disc: { paper: true, width: 1.7 },
  solid: { solid: true, width: 0 },
  fill: { tint: true, width: 1.6 },
};

export class Look {
  /** @param {{kinds: Record<string, any>, states: Record<string, any>}} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.made = new Map();
    this.defs = svg("defs");
    this.scale = 1;
    // The patterns must be drawn to be referred to, so their home has no size instead of no display.
    document.body.append(svg("svg", { class: "patterns", width: 0, height: 0, "aria-hidden": "true", focusable: "false" }, this.defs));
  }

  kind(type) {
    return this.tokens.kinds[type] ?? this.tokens.kinds.label;
  }

  state(status) {
    return this.tokens.states[status] ?? this.tokens.states.unknown;
  }

  /** The paint of a pattern in a kind's colour; `small` is the tile of swatches and bars. */
  paint(pattern, type, small = false) {
    const id = `tile-${pattern}-${type}${small ? "-small" : ""}`;
    if (!this.made.has(id)) {
      const { width, height, stroke, cap, d } = PATTERNS[pattern];
      const mark = svg("path", { d, fill: "none", stroke: this.kind(type).line, "stroke-width": stroke, "stroke-linecap": cap ?? "butt", "stroke-linejoin": "round" });
      const tile = svg("pattern", { id, width, height, patternUnits: "userSpaceOnUse" }, mark);
      this.made.set(id, { tile, small });
      this.defs.append(tile);
      this.#size(tile, small);
    }
    return `url(#${id})`;
  }

  #size(tile, small) {
    tile.setAttribute("patternTransform", `scale(${small ? 0.7 : this.scale})`);
  }

  /** Tiles shrink where a whole country is in view. */
  rescale(zoom) {
    const scale = zoom < 8 ? 0.7 : 1;
    if (scale === this.scale) return;
    this.scale = scale;
    for (const { tile, small } of this.made.values()) this.#size(tile, small);
  }

  /** The sign of a kind; hollow while it stands on paper alone. */
  sign(type, { hollow = false, dashed = false, size = 1 } = {}) {
    const { line } = this.kind(type);
    const paths = (SIGNS[type] ?? SIGNS.label).filter(([pen]) => !(hollow && pen === "dot" && ["foreign_base", "post"].includes(type)));
    return svg("svg", { class: "sign", viewBox: "0 0 22 16", width: 22 * size, height: 16 * size, "aria-hidden": "true" }, paths.map(([pen, d]) => {
      const { fill = "none", width, cap, tint, solid, paper } = PENS[pen];
      return svg("path", {
        d, stroke: width ? line : "none", "stroke-width": width, "stroke-linecap": cap ?? "round", "stroke-linejoin": "round",
        "stroke-dasharray": dashed && paper ? "2 2.2" : null,
        fill: tint || solid ? line : paper ? "#FFFFFF" : fill, "fill-opacity": tint ? 0.25 : null,
      });
    }));
  }

  /** What stands beside a name in lists: a sign for what is a place, a box for what has an extent. */
  badge(type, status, how = {}) {
    if (!PLACES.has(type)) return this.swatch(type, status, how);
    const sign = this.sign(type, { hollow: HOLLOW.has(status), dashed: status === "unknown", size: 1.2 });
    sign.classList.add("swatch");
    sign.setAttribute("width", "30");
    return sign;
  }

  /** A small box with the very line and pattern of a status. */
  swatch(type, status, { disputed = false, width = 30, height = 18 } = {}) {
    const { line } = this.kind(type);
    const { flat, pattern, dash, cap, width: pen } = this.state(status);
    const box = { x: 1.5, y: 1.5, width: width - 3, height: height - 3 };
    return svg("svg", { class: "swatch", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
      svg("rect", { ...box, fill: "#FFFFFF" }),
      flat ? svg("rect", { ...box, fill: line, "fill-opacity": flat }) : null,
      pattern ? svg("rect", { ...box, fill: this.paint(pattern, type, true) }) : null,
      disputed ? svg("rect", { ...box, fill: this.paint("chevrons", type, true) }) : null,
      svg("rect", { ...box, fill: "none", stroke: line, "stroke-width": Math.min(pen, 1.8), "stroke-dasharray": dash === "0.1 5" ? "0.1 3.6" : dash ? "5 2.6" : null, "stroke-linecap": cap }));
  }
}
