// The ground of a map that asks nobody for tiles: land, water, borders, and the names of towns.

import { el } from "./dom.js";
import { drawGround } from "./ground.js";
import { MapZones } from "./map_zones.js";
import { FROM_ZOOM, placeNames, townName } from "./place_names.js";

const [GROUND, NAMES] = ["tamas-ground", "tamas-names"];

/**
 * @param {any} map @param {any} data collections, places and colors
 * @param {import("./translator.js").Translator} words
 */
export function drawBasemap(map, { collections, places, colors }, words) {
  pane(map, GROUND, 150);
  const bounds = drawGround(map, collections, colors, GROUND);
  map.getContainer().style.background = bounds ? colors.sea : colors.land;
  const layer = el("div", { class: "tamas-names leaflet-zoom-hide", lang: words.lang, dir: words.direction });
  pane(map, NAMES, 550).append(layer);

  function write() {
    const [view, zoom] = [map.getBounds(), map.getZoom()];
    const seen = places.filter(({ rank, lat, lon }) => zoom >= FROM_ZOOM[rank] && view.contains([lat, lon]));
    placeNames(map, layer, seen.map((place) => townName(place, words)).filter(Boolean), { taken: taken(map), rtl: words.rtl });
  }

  map.on("moveend zoomend resize", write);
  MapZones.of(map).watch(() => map.whenReady(write));
}

function pane(map, name, zIndex) {
  const made = map.getPane(name) ?? map.createPane(name);
  made.style.zIndex = String(zIndex);
  made.style.pointerEvents = "none";
  return made;
}

/** Boxes of what stands over a map, in its pixels: controls, and the signs of places. */
function taken(map) {
  const frame = map.getContainer().getBoundingClientRect();
  const nodes = [...map.getContainer().querySelectorAll(".leaflet-control"), ...map.getPane("markerPane").children];
  return nodes.map((node) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
  });
}
