// Distances on the WGS84 ellipsoid, and whether a point lies in a shape.
//
// Inverse problem after Vincenty 1975 (Survey Review 23, 88-93): good to half a millimetre except
// for points nearly opposite each other on the globe, where it does not settle and the sphere
// stands in; nothing is measured over such distances here. The distance to an edge is taken as
// geo/measure.py takes it: in the azimuthal equidistant plane of the point, where every distance
// from it is true, with edges of at most about 1 km as straight.

const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const RADIUS = 6371008.8;
const DEGREE = Math.PI / 180;
// The sphere differs from the ellipsoid by at most 0.56 %.
const SPHERE = 0.006;
const EDGE_M = 1000;

/** @typedef {[number, number]} Spot longitude, latitude in degrees */

/** Distance in metres and direction in radians from one point to another. @param {number[]} from @param {number[]} to */
export function inverse(from, to) {
  const [lon1, lat1, lon2, lat2] = [...from, ...to].map((degrees) => degrees * DEGREE);
  const difference = Math.atan2(Math.sin(lon2 - lon1), Math.cos(lon2 - lon1));
  const [u1, u2] = [Math.atan((1 - F) * Math.tan(lat1)), Math.atan((1 - F) * Math.tan(lat2))];
  const [su1, cu1, su2, cu2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = difference;
  for (let turn = 0; turn < 60; turn += 1) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(cu2 * sl, cu1 * su2 - su1 * cu2 * cl);
    if (sinSigma === 0) return { metres: 0, azimuth: 0 };
    const cosSigma = su1 * su2 + cu1 * cu2 * cl;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cu1 * cu2 * sl) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const middle = cos2Alpha === 0 ? 0 : cosSigma - (2 * su1 * su2) / cos2Alpha;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const next = difference + (1 - c) * F * sinAlpha
      * (sigma + c * sinSigma * (middle + c * cosSigma * (2 * middle * middle - 1)));
    if (Math.abs(next - lambda) < 1e-12) {
      const square = (cos2Alpha * (A * A - B * B)) / (B * B);
      const big = 1 + (square / 16384) * (4096 + square * (-768 + square * (320 - 175 * square)));
      const small = (square / 1024) * (256 + square * (-128 + square * (74 - 47 * square)));
      const correction = small * sinSigma * (middle + (small / 4) * (cosSigma * (2 * middle * middle - 1)
        - (small / 6) * middle * (4 * sinSigma * sinSigma - 3) * (4 * middle * middle - 3)));
      return { metres: B * big * (sigma - correction), azimuth: Math.atan2(cu2 * sl, cu1 * su2 - su1 * cu2 * cl) };
    }
    lambda = next;
  }
  return { metres: sphere(from, to), azimuth: 0 };
}

/** Distance on a sphere: what can be left out is found with it. @param {number[]} from @param {number[]} to */
function sphere(from, to) {
  const [lat1, lat2] = [from[1] * DEGREE, to[1] * DEGREE];
  const [dy, dx] = [Math.sin((lat2 - lat1) / 2), Math.sin(((to[0] - from[0]) * DEGREE) / 2)];
  return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(dy * dy + Math.cos(lat1) * Math.cos(lat2) * dx * dx)));
}

/** Length in metres of a line along geodesics. @param {number[][]} points */
export function lengthOf(points) {
  let metres = 0;
  for (let at = 1; at < points.length; at += 1) metres += inverse(points[at - 1], points[at]).metres;
  return metres;
}

/** Lines that bound or make up a geometry, each edge cut to at most about 1 km, kept for the next time. */
const cut = new WeakMap();
function edges(geometry) {
  if (!cut.has(geometry)) cut.set(geometry, linesOf(geometry).map(densified));
  return cut.get(geometry);
}

function linesOf({ type, coordinates, geometries }) {
  if (type === "Point") return [[coordinates]];
  if (type === "MultiPoint") return coordinates.map((spot) => [spot]);
  if (type === "LineString") return [coordinates];
  if (type === "MultiLineString" || type === "Polygon") return coordinates;
  if (type === "MultiPolygon") return coordinates.flat();
  return (geometries ?? []).flatMap(linesOf);
}

function densified(line) {
  const made = [line[0]];
  for (let at = 1; at < line.length; at += 1) {
    const [a, b] = [line[at - 1], line[at]];
    const parts = Math.max(1, Math.ceil(sphere(a, b) / EDGE_M));
    for (let part = 1; part <= parts; part += 1) {
      const share = part / parts;
      made.push(part === parts ? b : [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]);
    }
  }
  return made;
}

/** Metres from a point to the edge of an area, or to a point or line; null without a geometry. @param {Spot} spot */
export function distanceTo(spot, geometry) {
  if (!geometry) return null;
  const lines = edges(geometry);
  const rough = lines.map((line) => line.map((at) => sphere(spot, at)));
  const near = Math.min(...rough.map((row) => row.reduce((a, b) => Math.min(a, b), Infinity)));
  const reach = (near * (1 + SPHERE) + 1.1 * EDGE_M) / (1 - SPHERE);
  let least = Infinity;
  lines.forEach((line, which) => {
    let before = null;
    line.forEach((at, index) => {
      const here = rough[which][index] <= reach ? plane(spot, at) : null;
      if (here) least = Math.min(least, before ? toSegment(before, here) : Math.hypot(...here));
      before = here;
    });
  });
  return least;
}

/** A point in the azimuthal equidistant plane of another. */
function plane(spot, at) {
  const { metres, azimuth } = inverse(spot, at);
  return [metres * Math.sin(azimuth), metres * Math.cos(azimuth)];
}

/** Distance of the origin to a segment. @param {number[]} a @param {number[]} b */
function toSegment(a, b) {
  const [[ax, ay], [bx, by]] = [a, b];
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square));
  return Math.hypot(ax + along * dx, ay + along * dy);
}

/**
 * Whether an area covers a point: crossings of a ray, a hole's among them.
 * @param {any} geometry @param {number[]} spot
 */
export function covers(geometry, spot) {
  const [x, y] = spot;
  if (!geometry) return false;
  const areas = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.type === "MultiPolygon" ? geometry.coordinates : [];
  return areas.some((rings) => {
    let odd = false;
    for (const ring of rings) {
      for (let a = 0, b = ring.length - 1; a < ring.length; b = a, a += 1) {
        const [ax, ay] = ring[a];
        const [bx, by] = ring[b];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
      }
    }
    return odd;
  });
}

/** What `tamas at` answers: inside_all, inside_some or outside. */
export function relationTo(shape, spot) {
  if (covers(shape.inner, spot)) return "inside_all";
  return covers(shape.outer, spot) ? "inside_some" : "outside";
}
