// The legend: one row a zone in view with its real pattern, never more than what is seen.

import { chip } from "./compared.js";
import { CHANGES } from "./difference.js";
import { el, fill } from "./dom.js";
import { NARROW } from "./layout.js";
import { isDisputed } from "./zones.js";

// More rows than this are gathered by kind.
const ROWS = 7;

export function legend(atlas, root) {
  const { map, record, symbology, words } = atlas;
  root.setAttribute("data-reserve", "");
  map.getContainer().append(root);
  L.DomEvent.disableClickPropagation(root);
  L.DomEvent.disableScrollPropagation(root);
  const narrow = matchMedia(NARROW);
  let open = !narrow.matches;
  narrow.addEventListener("change", () => { open = !narrow.matches; write(); });

  /** Kind and state pairs that have a zone in view, with how many. */
  function inView() {
    const view = map.getBounds();
    const found = new Map();
    for (const { zone, lead, change } of atlas.drawn) {
      if (change === "ended" || change === "unchanged") continue;
      const bounds = atlas.extentOf(zone.id);
      const shape = record.shapeOf(lead.row);
      if (!bounds.isValid() || !shape || !view.intersects(bounds)) continue;
      if (zone.type === "label") continue;
      // A sign has no room for chevrons: a place is one row whether or not it is disputed.
      const disputed = !symbology.kind(zone.type).is_place && isDisputed(lead.row);
      const pointed = /Point/.test(shape.nominal?.type ?? "");
      const key = [zone.type, lead.row.status, disputed, lead.row.after].join(" ");
      if (!found.has(key)) found.set(key, { zone, row: lead.row, disputed, pointed, zones: [] });
      found.get(key).zones.push(zone);
    }
    return [...found.values()];
  }

  function write() {
    const rows = inView();
    const button = el("button", { type: "button", class: "legend-title", "data-key": "legend", "aria-expanded": String(open), on: { click: () => { open = !open; write(); } } },
      el("b", {}, words.gettext(open ? "on_this_map" : "legend")), open ? el("span", {}, words.gettext("in_view")) : null);
    root.classList.toggle("open", open);
    root.setAttribute("aria-label", words.gettext("legend"));
    fill(root, button, open ? body(rows) : null);
    atlas.rename?.();
  }

  function body(rows) {
    if (!rows.length) return el("p", { class: "quiet" }, words.gettext("nothing_in_view"));
    const comparing = atlas.state.compare !== null;
    const areas = rows.filter(({ pointed }) => !pointed);
    return el("div", { class: "legend-body", tabindex: 0, role: "group", "aria-label": words.gettext("on_this_map") },
      comparing ? el("ul", { class: "of-change" }, CHANGES.map((change) => el("li", {}, chip(change, words.rtl), el("span", {}, words.gettext(`legend_change.${change}`))))) : null,
      rows.length > ROWS ? byKind(rows) : el("ul", {}, rows.map(({ zone, row, disputed, pointed, zones }) => el("li", {},
        symbology.legendSymbol(zone.type, row.status, { disputed }),
        el("span", {}, zones.length === 1 && !pointed ? el("bdi", { dir: words.direction }, words.pick(zone.names)) : words.kind(zone.type), " ", state(zone, row))))),
      areas.length ? el("ul", { class: "how" },
        el("li", {}, sure(areas[0]), el("span", {}, words.gettext("full_faded"))),
        atlas.many ? el("li", {}, el("span", {}, words.gettext("patterns_off"))) : null,
        rows.some(({ disputed }) => disputed) ? el("li", {}, symbology.legendPatch("label", "announced", { disputed: true }), el("span", {}, words.gettext("chevrons"))) : null) : null,
      rows.some(({ pointed }) => pointed) ? el("p", { class: "quiet" }, words.gettext("point_sign")) : null);
  }

  function state(zone, row) {
    return el("b", {}, words.lowercaseInitial(words.status(row.status, zone.type, row.after)));
  }

  /** Many rows: one a kind, with the box of each of its states. */
  function byKind(rows) {
    const kinds = new Map();
    for (const row of rows) kinds.set(row.zone.type, [...(kinds.get(row.zone.type) ?? []), row]);
    return el("ul", { class: "by-kind" }, [...kinds].map(([kind, of]) => (of.length === 1 ? el("li", { class: "one" },
      symbology.legendSymbol(kind, of[0].row.status, of[0]), el("span", {}, words.kind(kind), " ", state(of[0].zone, of[0].row))) : el("li", {},
      el("span", { class: "kind-name" }, words.kind(kind)),
      of.map(({ zone, row, disputed }) => el("span", { class: "kind-state" }, symbology.legendSymbol(kind, row.status, { disputed }), state(zone, row)))))));
  }

  /** A faded box with a full one inside. */
  function sure({ zone }) {
    const outer = symbology.legendPatch(zone.type, "in_effect");
    const [first, second] = outer.querySelectorAll("rect");
    second.setAttribute("fill-opacity", "0.12");
    const inner = second.cloneNode();
    for (const [name, value] of Object.entries({ x: 7, y: 5, width: 16, height: 8, "fill-opacity": 0.4 })) inner.setAttribute(name, value);
    first.after(inner);
    return outer;
  }

  map.on("moveend zoomend", write);
  return {
    update(changed) {
      if (["on", "layers", "lang", "known", "compare", "evidence"].some((name) => changed.has(name))) write();
    },
  };
}
