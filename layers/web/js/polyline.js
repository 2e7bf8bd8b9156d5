// Geometries as they were encoded by layers/web/page/polyline.py, made GeoJSON again.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUE = new Map([...ALPHABET].map((letter, at) => [letter, at]));

/** @param {string} text @param {number} scale @returns {number[][]} longitude, latitude */
function line(text, scale) {
  const points = [];
  const here = [0, 0];
  const stride = [0, 0];
  let [which, rest, weight] = [0, 0, 1];
  for (const letter of text) {
    const value = VALUE.get(letter) ?? 0;
    rest += (value % 32) * weight;
    weight *= 32;
    if (value >= 32) continue;
    stride[which] += rest % 2 ? -(rest + 1) / 2 : rest / 2;
    here[which] += stride[which];
    [rest, weight] = [0, 1];
    which = 1 - which;
    if (which === 0) points.push([here[0] / scale, here[1] / scale]);
  }
  return points;
}

/** @param {any} geometry a geometry, encoded or plain, or null */
function geometryOf(geometry) {
  if (!geometry?.polyline) return geometry ?? null;
  const scale = 10 ** geometry.digits;
  const open = (part) => (typeof part === "string" ? line(part, scale) : part.map(open));
  return { type: geometry.type, coordinates: open(geometry.polyline) };
}

/** Put plain GeoJSON in the place of everything encoded. Data that hold none stay as they are. */
export function decode(data) {
  const geometries = {};
  for (const [name, geometry] of Object.entries(data.geometries ?? {})) geometries[name] = geometryOf(geometry);
  // A geometry that has not come yet stays a name.
  const named = (given) => (typeof given === "string" ? (geometries[given] ?? given) : geometryOf(given));
  for (const shape of Object.values(data.shapes)) {
    for (const reading of ["nominal", "inner", "outer"]) shape[reading] = named(shape[reading]);
  }
  for (const collection of Object.values(data.basemap ?? {})) {
    for (const feature of collection?.features ?? []) feature.geometry = geometryOf(feature.geometry);
  }
  return data;
}
