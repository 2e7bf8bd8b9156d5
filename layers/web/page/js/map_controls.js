// What stands over the map: zoom, scale, and the lines that go with any map of this atlas.

import { el, fill, icon, externalLink } from "./dom.js";
import { gestures } from "./gestures.js";

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200];

export function mapControls(atlas, root) {
  const { map, words } = atlas;
  const scale = el("div", { class: "scale", "data-reserve": true });
  const note = el("p", { class: "map-note", "data-reserve": true });
  const zoom = el("div", { class: "zoom", "data-reserve": true });
  map.getContainer().append(root);
  L.DomEvent.disableClickPropagation(root);
  fill(root, zoom, el("div", { class: "map-foot" }, scale, note));
  gestures(atlas, root);

  function drawScale() {
    const size = map.getSize();
    const metres = map.distance(map.containerPointToLatLng([size.x / 2 - 50, size.y / 2]), map.containerPointToLatLng([size.x / 2 + 50, size.y / 2]));
    const pixels = 100 / (metres / 1000);
    const km = STEPS.findLast((step) => step * pixels <= 130) ?? 1;
    const bar = el("div", { class: "scale-bar", vars: { width: `${Math.round(km * pixels)}px` } }, el("i"), el("i"));
    fill(scale, el("div", { class: "scale-words", vars: { width: `${Math.round(km * pixels)}px` } },
      el("span", {}, "0"), el("span", {}, `${km} ${words.gettext("scale_km")}`)), bar);
  }

  /** Where the ground comes from, with what any map of this atlas must say. */
  function credit() {
    const chosen = (atlas.setup.backgrounds ?? []).find(({ id }) => id === atlas.state.ground);
    note.classList.toggle("credited", Boolean(chosen));
    fill(note, el("span", {}, words.gettext("not_for")), " ", el("span", {}, words.gettext("borders")),
      chosen ? [" ", externalLink(chosen.about, chosen.attribution)] : null);
  }

  function write() {
    const button = (name, label, act) => el("button", { type: "button", "data-key": `zoom-${name}`, "aria-label": words.gettext(label), title: words.gettext(label), on: { click: act } }, icon(name));
    fill(zoom, button("plus", "zoom_in", () => map.zoomIn(1)), button("minus", "zoom_out", () => map.zoomOut(1)),
      button("home", "home", () => atlas.everything()));
    credit();
    map.getContainer().setAttribute("aria-label", words.gettext("map"));
    map.getContainer().setAttribute("role", "region");
    drawScale();
  }

  map.on("zoomend moveend resize", drawScale);
  return {
    update(changed) {
      if (changed.has("lang")) write();
      else if (changed.has("ground")) credit();
    },
  };
}
