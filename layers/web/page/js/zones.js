// Zones and places on the map: made once a shape, shown and hidden as the day changes.

import { drawShape, sizeOf } from "./drawing.js";
import { clearOf, fitBounds } from "./layout.js";

/** Layers of one row of a zone on the map. @typedef {{group: any, restyle: (how: any) => void, size: number}} Drawn */

// Beyond so many periods, patterns and readings are left out and a canvas draws the best shape alone.
const MOST_IN_SVG = 2500;
// How far out the map goes: farther in a frame that would not hold the record otherwise.
const [FAR_ZOOM, LEAST_ZOOM] = [5, 2];

export function zones(atlas) {
  const { map, record, symbology } = atlas;
  const many = record.data.rows.length > MOST_IN_SVG;
  atlas.many = many;
  const renderer = many ? L.canvas({ pane: "zones", padding: 0.2 }) : L.svg({ pane: "zones", padding: 0.4 });
  const above = L.svg({ pane: "selection", padding: 0.4 });
  /** @type {Map<string, Drawn>} */
  const drawn = new Map();
  const shown = new Map();
  const chosen = L.layerGroup().addTo(map);
  const extents = new Map();
  const bounds = new WeakMap();
  atlas.extentOf = (id) => extentOf(id);
  /** Bounds of one row's shape, worked out once. */
  atlas.boundsOf = (row) => {
    const shape = shapeOf(row);
    if (!shape) return L.latLngBounds([]);
    if (!bounds.has(shape)) bounds.set(shape, L.geoJSON(shape.outer ?? shape.nominal).getBounds());
    return bounds.get(shape);
  };

  const shapeOf = (row) => record.shapeOf(row);

  /** Bounds of all shapes a zone ever has, or of its anchor. */
  function extentOf(id) {
    if (!extents.has(id) || !record.whole) {
      const zone = record.get(id);
      const bounds = L.latLngBounds([]);
      for (const row of zone.all) {
        const shape = shapeOf(row);
        const best = shape && (shape.nominal ?? shape.outer);
        if (best) bounds.extend(L.geoJSON(best).getBounds());
      }
      if (!bounds.isValid() && zone.anchor) bounds.extend([zone.anchor[1], zone.anchor[0]]);
      extents.set(id, bounds);
    }
    return extents.get(id);
  }

  function drawnOf(zone, row) {
    const key = `${zone.id} ${row.id}`;
    if (!drawn.has(key)) drawn.set(key, draw(zone, row));
    return drawn.get(key);
  }

  /** One flat shape on the canvas, where there are too many for more. */
  function drawFlat(zone, row) {
    const shape = shapeOf(row) ?? {};
    const best = shape.nominal ?? shape.outer;
    const { width, dash, flat } = symbology.state(row.status);
    const how = { renderer, pane: "zones", bubblingMouseEvents: false, color: symbology.kind(zone.type).line, weight: width, dashArray: dash, fillOpacity: flat };
    const corners = (rings) => rings.map((ring) => ring.map(([lon, lat]) => [lat, lon]));
    const layer = !best ? null
      : best.type === "Polygon" ? L.polygon(corners(best.coordinates), how)
        : best.type === "MultiPolygon" ? L.polygon(best.coordinates.map(corners), how)
          : L.geoJSON(best, { ...how, pointToLayer: (_, at) => L.circleMarker(at, { ...how, radius: 5 }) });
    const group = L.featureGroup(layer ? [layer] : []);
    group.on("click", (event) => {
      if (!atlas.pressed(event.latlng)) atlas.choose(zone.id, { move: false });
    });
    return { group, size: 0, shape, restyle: ({ line, fill }) => layer?.setStyle({ opacity: line, fillOpacity: flat * fill }) };
  }

  function draw(zone, row) {
    if (many) return drawFlat(zone, row);
    const shape = shapeOf(row) ?? {};
    const drawnAs = { type: zone.type, status: row.status, disputed: isDisputed(row) };
    const { group, restyle } = drawShape(shape, drawnAs, symbology, { renderer, pane: "zones", markerPane: "signs" });
    group.on("click", (event) => {
      if (!atlas.pressed(event.latlng)) atlas.choose(zone.id, { move: false });
    });
    return { group, size: sizeOf(group), shape, restyle };
  }

  /** How strongly to draw: the chosen zone in full, the others a step back, the merely possible paler. */
  function strength(zone, holds, change) {
    const back = atlas.state.zone !== null && atlas.state.zone !== zone.id;
    const sure = holds === "certain" ? 1 : 0.6;
    // Another reading of a zone is a line over it until it is chosen itself: two full patterns hide both.
    const reading = zone.variant_of !== null && atlas.state.zone !== zone.id;
    const grey = change === "unchanged" || change === "ended";
    return {
      line: (back ? 0.6 : 1) * sure, fill: reading || change === "ended" ? 0 : (back ? 0.22 : 1) * sure * (grey ? 0.35 : 1),
      grey, ended: change === "ended",
    };
  }

  function mark(entry, zone) {
    chosen.clearLayers();
    const best = entry?.shape.nominal ?? entry?.shape.outer;
    if (!best || /Point/.test(best.type)) {
      const at = best ? L.geoJSON(best).getBounds().getCenter() : null;
      if (at) L.circleMarker(at, { pane: "selection", renderer: above, radius: 15, color: symbology.colors.ink, weight: 2, fill: false, interactive: false }).addTo(chosen);
      return;
    }
    const line = (weight, color, dashArray) => L.geoJSON(best, {
      pane: "selection", renderer: above, interactive: false, style: { weight, color, dashArray, fill: false, lineJoin: "round" },
    }).addTo(chosen);
    line(7, symbology.colors.paper, null);
    const lead = (atlas.record.zoneOn(zone, atlas.state.on) ?? atlas.drawn.find((state) => state.zone === zone)).lead.row;
    line(3, symbology.kind(zone.type).line, symbology.state(lead.status).dash);
  }

  /** Style only what changed: a step through time leaves most shapes as they are. */
  function restyle(entry, how) {
    const key = `${how.line} ${how.fill} ${how.grey} ${how.ended}`;
    if (entry.how === key) return;
    entry.how = key;
    entry.restyle(how);
  }

  function show() {
    const now = new Map(atlas.drawn.map(({ zone, lead, change }) => [`${zone.id} ${lead.row.id}`, { zone, lead, change }]));
    for (const [key, entry] of shown) {
      if (now.has(key)) continue;
      entry.group.remove();
      shown.delete(key);
    }
    const list = [...now].map(([key, { zone, lead, change }]) => ({ key, zone, lead, change, entry: drawnOf(zone, lead.row) }));
    list.sort((a, b) => b.entry.size - a.entry.size);
    // Small shapes lie over large ones: put again on top only what follows a newcomer.
    let stacking = false;
    let current = null;
    for (const { key, zone, lead, change, entry } of list) {
      if (!shown.has(key)) {
        map.addLayer(entry.group);
        stacking = !many;
      } else if (stacking) entry.group.eachLayer((layer) => layer.bringToFront());
      shown.set(key, entry);
      restyle(entry, strength(zone, lead.holds, change));
      if (zone.id === atlas.state.zone) current = { entry, zone };
    }
    mark(current?.entry, current?.zone);
  }

  /** What the legend, or the sheet of a phone, covers of the map, with air about it. */
  function covered() {
    const size = map.getSize();
    const sheet = atlas.sheet();
    if (sheet) {
      const [left, , right, bottom] = clearOf(sheet, size);
      return { left: left + 24, top: Math.min(64, size.y / 10), right: size.x - right + 24, bottom: size.y - bottom + Math.min(20, size.y / 20) };
    }
    const legend = size.x > 800 ? (document.querySelector(".legend.open")?.getBoundingClientRect().width ?? 0) : 0;
    const [start, end] = [30, 30 + legend];
    return { left: atlas.words.rtl ? end : start, top: 40, right: atlas.words.rtl ? start : end, bottom: 50 };
  }

  /** Bring the chosen zone into view, clear of the panel that may lie over the map. */
  function visit(id, animate = !atlas.reduced.matches) {
    const bounds = extentOf(id);
    if (bounds.isValid()) fitBounds(map, bounds, covered(), { maxZoom: 10.5, animate });
  }

  /** @type {{fit: () => void, centre: any, zoom: number}} */
  let fitted = { fit: () => {}, centre: null, zoom: 0 };
  // A change of size moves the middle by a fraction of a pixel.
  const unmoved = () => fitted.zoom === map.getZoom() && map.latLngToContainerPoint(fitted.centre).distanceTo(map.getSize().divideBy(2)) < 2;

  /** Fit the map to something, and again whenever its size changes while nobody has moved it. */
  function keepFit(fit) {
    fit();
    fitted = { fit, centre: map.getCenter(), zoom: map.getZoom() };
  }

  function fitHome() {
    const [west, south, east, north] = record.data.home ?? [];
    const bounds = L.latLngBounds(record.data.home ? [[south, west], [north, east]] : []);
    if (!record.data.home) for (const zone of record.order) bounds.extend(extentOf(zone.id));
    // In Arabic the legend lies over the west, where the record is densest: leave it its room.
    if (!bounds.isValid()) return;
    // A small frame shows all of it too.
    map.options.minZoom = LEAST_ZOOM;
    fitBounds(map, bounds, atlas.phone.matches || atlas.words.rtl ? covered() : { left: 24, top: 36, right: 24, bottom: 36 }, { animate: false });
    map.options.minZoom = Math.min(FAR_ZOOM, map.getZoom());
  }

  atlas.everything = () => keepFit(fitHome);

  /** Whether nobody has moved the map since everything was shown. */
  atlas.isHome = () => fitted.fit === fitHome && unmoved();

  /** The map may change its size when its letters come, with the window, and for paper. */
  function resize() {
    const [before, centre, still, moves] = [map.getSize(), map.getCenter(), unmoved(), atlas.activity.open.has("move")];
    map.invalidateSize({ animate: false });
    if (map.getSize().equals(before)) return;
    if (still) keepFit(fitted.fit);
    // Leaflet moved by whole pixels: drawn anew, a view is the same whatever size came before.
    else if (!moves) map.setView(centre, map.getZoom(), { animate: false, reset: true });
  }

  /** The first view, taken when every part has its place and the map its size. */
  atlas.firstView = () => {
    const { at, zone } = atlas.state;
    map.invalidateSize({ animate: false });
    atlas.everything();
    if (at) map.setView([at.lat, at.lon], at.zoom, { animate: false, reset: true });
    else if (zone) keepFit(() => visit(zone, false));
    rescale();
  };

  /** At country scale the tiles and the signs of small things shrink. */
  function rescale() {
    symbology.rescale(map.getZoom());
    map.getContainer().classList.toggle("far", map.getZoom() < 7.5);
  }

  map.on("zoomend", rescale);
  let begun = false;
  return {
    update(changed) {
      if (!begun) {
        begun = true;
        const keep = () => {
          const { lat, lng } = map.getCenter();
          atlas.set({ at: { lat, lon: lng, zoom: map.getZoom() } });
        };
        map.on("moveend", keep);
        new ResizeObserver(resize).observe(map.getContainer());
      }
      if (changed.has("evidence")) {
        for (const entry of shown.values()) entry.group.remove();
        shown.clear();
        drawn.clear();
        extents.clear();
      }
      if (["on", "layers", "zone", "known", "compare", "evidence"].some((name) => changed.has(name))) show();
      // The legend changes sides with the language; a view nobody has moved follows it.
      if (changed.has("lang") && atlas.isHome()) atlas.activity.inFrame("home", atlas.everything);
      if (changed.has("zone") && atlas.state.zone && atlas.moving) visit(atlas.state.zone);
    },
  };
}

/** Whether a row's status is disputed: it rests on a claim that another source contests. */
export function isDisputed(row) {
  return row.disputed === true;
}
