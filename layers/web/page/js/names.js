// Names on the map, in the page's language, thinned so that none lies over another.

import { chip } from "./compared.js";
import { el } from "./dom.js";
import { covers } from "./geodesy.js";
import { BESIDE, FROM_ZOOM, placeNames, townName } from "./place_names.js";
import { middleOf } from "./shape.js";

// More names than this cannot stand on any screen.
const MOST = 150;
// A name nearer than this to its shape, in pixels, needs no leader.
const LEADER = 16;
const OVER = [[-0.5, -0.5, 0, 0], [-0.5, -1, 0, -1], [-0.5, 0, 0, 1], [0, -0.5, 1, 0], [-1, -0.5, -1, 0]];
export function names(atlas) {
  const { map, record, symbology, words } = atlas;
  const layer = el("div", { class: "names leaflet-zoom-hide" });
  map.getPane("names").append(layer);

  /** Everything that may be named in this view, most wanted first. */
  function wanted() {
    const view = map.getBounds();
    const zoom = map.getZoom();
    const found = atlas.drawn.filter(({ zone }) => seen(zone, view)).slice(0, MOST).flatMap((state) => zoneName(state, view));
    found.sort((a, b) => b.weight - a.weight);
    const places = [...(record.data.places ?? []), ...(record.data.towns ?? [])].filter((place) => view.contains([place.lat, place.lon]));
    const towns = places.filter((place) => place.named !== false && zoom >= (FROM_ZOOM[place.rank] ?? 9));
    towns.sort((a, b) => a.rank - b.rank);
    return [...found, ...towns.map((town) => townName(town, words)).filter(Boolean), ...ground("land", "country", view), ...(zoom >= 7 ? [...ground("lakes", "water", view), ...ground("rivers", "water", view)] : [])];
  }

  function seen(zone, view) {
    const bounds = atlas.extentOf(zone.id);
    return !bounds.isValid() || view.intersects(bounds);
  }

  /** Names that the base map itself carries: countries, lakes, rivers, each once in the view. */
  function ground(collection, style, view) {
    const found = new Map();
    for (const feature of record.data.basemap?.[collection]?.features ?? []) {
      const name = feature.properties?.[`name_${words.lang}`];
      if (!name || found.has(name)) continue;
      const at = /Line/.test(feature.geometry?.type ?? "") ? alongOf(feature.geometry, view) : middleOf(feature.geometry, view);
      if (at) found.set(name, { node: el("div", { class: `name ${style}` }, el("bdi", {}, String(name))), at: L.latLng(at.lat, at.lng), tries: OVER.slice(0, 3), gap: 14 });
    }
    return [...found.values()];
  }

  function zoneName({ zone, lead, change }, view) {
    const own = atlas.boundsOf(lead.row);
    const bounds = own.isValid() ? own : atlas.extentOf(zone.id);
    const at = spotOf(zone, lead.row, bounds, view);
    if (!at || !view.contains(at) || isSliver(bounds, view)) return [];
    const { text } = symbology.kind(zone.type);
    const chosen = atlas.state.zone === zone.id;
    const named = zone.type === "label" && !lead.row.shape;
    const pointed = !named && (!bounds.isValid() || bounds.getEast() - bounds.getWest() < 0.004);
    const small = pointed || ["incident", "position", "post"].includes(zone.type) || (zone.type === "label" && !named);
    const span = bounds.isValid() ? Math.hypot(bounds.getEast() - bounds.getWest(), bounds.getNorth() - bounds.getSouth()) : 0;
    if (zone.variant_of !== null && !chosen) return [];
    if (small && !chosen && map.getZoom() < (zone.type === "foreign_base" ? 6.5 : 9.75)) return [];
    const sign = small ? null : symbology.marker(zone.type);
    const quiet = change === "unchanged" || change === "ended";
    const node = el("div", { class: `name zone-name${chosen ? " chosen" : ""}${small ? " small" : ""}${quiet ? " quiet-name" : ""}`, vars: { kind: text } },
      el("span", { class: "first" }, sign, el("bdi", { dir: words.direction }, words.pick(zone.names)), change ? [" ", chip(change, words.rtl)] : null),
      small || zone.type === "label" ? null : el("span", { class: "second" }, words.lowercaseInitial(words.status(lead.row.status, zone.type, lead.row.after))));
    node.addEventListener("click", (event) => {
      event.stopPropagation();
      if (!atlas.pressed(map.mouseEventToLatLng(event))) atlas.choose(zone.id, { move: false });
    });
    return [{ node, at, tries: pointed || small ? BESIDE : OVER, gap: small ? 14 : 4, first: pointed || small ? undefined : besideShape(seenBox(bounds, view), record.shapeOf(lead.row)), leader: (box) => leaderOf(box, record.shapeOf(lead.row), text), weight: (chosen ? 1000 : 0) + (small ? 0 : 100) + span }];
  }

  /** What is seen of a shape, in pixels of the map: where its name may stand outside it. */
  function seenBox(bounds, view) {
    if (!bounds.isValid() || !view.intersects(bounds)) return null;
    const [a, b] = [map.latLngToContainerPoint(bounds.getNorthWest()), map.latLngToContainerPoint(bounds.getSouthEast())];
    const size = map.getSize();
    return [Math.max(0, a.x), Math.max(0, a.y), Math.min(size.x, b.x), Math.min(size.y, b.y)];
  }

  /** Where the record says to write the name, else well inside what is seen of the shape. */
  function spotOf(zone, row, bounds, view) {
    const anchor = zone.anchor ? L.latLng(zone.anchor[1], zone.anchor[0]) : null;
    if (anchor && view.contains(anchor)) return anchor;
    const shape = record.shapeOf(row);
    const best = shape && (shape.nominal ?? shape.outer);
    if (/Line/.test(best?.type ?? "")) return alongOf(best, view);
    return middleOf(best, view) ?? anchor ?? (bounds.isValid() && !/Polygon/.test(best?.type ?? "") ? bounds.getCenter() : null);
  }

  /** Boxes that names must leave free: controls over the map, and signs of places. */
  function taken() {
    const frame = map.getContainer().getBoundingClientRect();
    const found = [];
    for (const node of document.querySelectorAll("[data-reserve]")) {
      const box = node.getBoundingClientRect();
      if (box.width) found.push([box.left - frame.left - 6, box.top - frame.top - 6, box.right - frame.left + 6, box.bottom - frame.top + 6]);
    }
    const sheet = atlas.sheet();
    if (sheet) found.push(sheet.map((side, at) => (at === 1 ? side - 4 : side)));
    for (const node of map.getPane("signs").children) {
      // Where Leaflet put it: after a zoom the browser may still be gliding it there.
      const { x, y } = map.layerPointToContainerPoint(L.DomUtil.getPosition(node)).add([node.offsetLeft, node.offsetTop]);
      found.push([x + 2, y + 2, x + node.offsetWidth - 2, y + node.offsetHeight - 2]);
    }
    return found;
  }

  function place() {
    placeNames(map, layer, wanted(), { taken: taken(), rtl: words.rtl });
  }

  /** A name that would cross its shape's lines stands beside it: above, below, at its end, at its start. */
  function besideShape(box, shape) {
    const best = shape?.nominal ?? shape?.outer;
    if (!box || !/Polygon/.test(best?.type ?? "")) return undefined;
    const [west, north, east, south] = box;
    return (point, width, height) => {
      const corners = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [0, 0.5], [0, -0.5]];
      const within = corners.every(([dx, dy]) => {
        const { lat, lng } = map.containerPointToLatLng([point.x + dx * width, point.y + dy * height]);
        return covers(best, [lng, lat]);
      });
      if (within) return [];
      const [x, y] = [(west + east - width) / 2, (north + south - height) / 2];
      const sides = [[x, north - height - 3], [west, north - height - 3], [east - width, north - height - 3], [x, south + 3], [west, south + 3], [east - width, south + 3], [east + 6, y], [west - width - 6, y], [east + 6, north], [west - width - 6, north], [east + 6, south - height], [west - width - 6, south - height]];
      return sides.map(([left, top]) => [left, top, left + width, top + height]);
    };
  }

  /** From a name to the nearest edge of its shape, where they stand so far apart that a reader must guess. */
  function leaderOf([left, top, right, bottom], shape, color) {
    const middle = L.point((left + right) / 2, (top + bottom) / 2);
    const view = L.bounds([0, 0], map.getSize());
    let found = null;
    let least = Infinity;
    for (const ring of ringsOf(shape?.nominal ?? shape?.outer)) {
      const corners = ring.map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
      for (let at = 1; at < corners.length; at += 1) {
        const to = L.LineUtil.closestPointOnSegment(middle, corners[at - 1], corners[at]);
        const from = L.point(Math.min(Math.max(to.x, left), right), Math.min(Math.max(to.y, top), bottom));
        const far = from.distanceTo(to);
        if (far >= least || !view.contains(to)) continue;
        [least, found] = [far, { from, to, color }];
      }
    }
    return least > LEADER ? found : null;
  }

  function later() {
    atlas.activity.inFrame("names", place);
  }

  atlas.rename = later;
  atlas.renameNow = place;
  map.on("moveend zoomend resize", later);
  // A name was measured in the letters it had; measure again when its own have come.
  document.fonts?.addEventListener("loadingdone", later);
  return {
    update(changed) {
      if (["on", "layers", "zone", "lang", "known", "compare", "evidence", "ask", "ground", "sheet"].some((name) => changed.has(name))) later();
    },
  };
}

/** True where so little of a shape is in view, at its edge, that a name would stand beside it. */
function isSliver(shape, view) {
  if (!shape.isValid()) return false;
  const part = (least, most, from, to) => (most > least ? (Math.min(most, to) - Math.max(least, from)) / Math.min(most - least, to - from) : 1);
  return part(shape.getWest(), shape.getEast(), view.getWest(), view.getEast()) < 0.25
    || part(shape.getSouth(), shape.getNorth(), view.getSouth(), view.getNorth()) < 0.25;
}

function ringsOf(geometry) {
  return geometry?.type === "MultiPolygon" ? geometry.coordinates.flat() : geometry?.type === "Polygon" ? geometry.coordinates : [];
}

/** The middle vertex of what is seen of a line. */
function alongOf(geometry, view) {
  const lines = geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
  const seen = lines.flat().filter(([lon, lat]) => view.contains([lat, lon]));
  const [lon, lat] = seen[Math.floor(seen.length / 2)] ?? [];
  return lon === undefined ? null : L.latLng(lat, lon);
}
