// Where to write on a shape: a point well inside the part of it that is in view.

import { covers } from "./geodesy.js";

const STEPS = 14;

/**
 * The point of a grid over the visible part of a polygon that lies deepest inside it.
 * Coordinates are longitude, latitude; depth is compared in degrees, which is enough to choose.
 * @param {any} geometry Polygon or MultiPolygon @param {any} view bounds of the map, or null
 * @returns {{lat: number, lng: number, depth: number} | null}
 */
export function middleOf(geometry, view) {
  const polygons = geometry?.type === "Polygon" ? [geometry.coordinates] : geometry?.type === "MultiPolygon" ? geometry.coordinates : [];
  /** @type {{lat: number, lng: number, depth: number} | null} */
  let best = null;
  for (const rings of polygons) {
    const box = boxOf(rings[0], view);
    if (!box) continue;
    const [west, south, east, north] = box;
    for (let i = 1; i < STEPS; i += 1) {
      for (let j = 1; j < STEPS; j += 1) {
        const at = [west + ((east - west) * i) / STEPS, south + ((north - south) * j) / STEPS];
        if (!covers({ type: "Polygon", coordinates: rings }, at)) continue;
        const depth = Math.min(depthOf(at, rings), at[0] - west + 0.02, east - at[0] + 0.02, at[1] - south + 0.02, north - at[1] + 0.02);
        if (!best || depth > best.depth) best = { depth, lat: at[1], lng: at[0] };
      }
    }
  }
  return best;
}

/** The box of a ring within the view, or null where they do not meet. */
function boxOf(ring, view) {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  if (view) {
    west = Math.max(west, view.getWest());
    east = Math.min(east, view.getEast());
    south = Math.max(south, view.getSouth());
    north = Math.min(north, view.getNorth());
  }
  return west < east && south < north ? [west, south, east, north] : null;
}

/** Distance to the nearest edge, longitude shrunk to the latitude. */
/** @param {number[]} spot @param {number[][][]} rings */
function depthOf(spot, rings) {
  const [x, y] = spot;
  const shrink = Math.cos((y * Math.PI) / 180);
  let least = Infinity;
  for (const ring of rings) {
    for (let a = 0, b = ring.length - 1; a < ring.length; b = a, a += 1) {
      const [ax, ay] = [(ring[a][0] - x) * shrink, ring[a][1] - y];
      const [dx, dy] = [(ring[b][0] - x) * shrink - ax, ring[b][1] - y - ay];
      const along = dx || dy ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / (dx * dx + dy * dy))) : 0;
      least = Math.min(least, Math.hypot(ax + along * dx, ay + along * dy));
    }
  }
  return least;
}
