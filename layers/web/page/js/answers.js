// What the record says of a point on a day: the answers of `tamas at`, and of what lies outside.

import { distanceTo, relationTo } from "./geodesy.js";

const RELATIONS = ["inside_all", "inside_some", "outside"];

/**
 * One row's answer. `metres` is to the nominal edge, or to the point or line itself; null where
 * there is none. @typedef {{zone: any, row: any, holds: string, relation: string, metres: number | null}} Answer
 */

/**
 * Every row with a shape that holds on the day in these layers, as it stands to the point.
 * @param {import("./record.js").Record} record @param {[number, number]} spot longitude, latitude
 * @param {number} day @param {Set<string>} layers @returns {Answer[]}
 */
export function answersAt(record, spot, day, layers) {
  const found = [];
  const seen = new Map();
  for (const { zone, rows } of record.zoneStatesOn(day, layers)) {
    for (const { row, holds } of rows) {
      const shape = record.shapeOf(row);
      if (!shape) continue;
      if (!seen.has(shape)) seen.set(shape, { relation: relationTo(shape, spot), metres: distanceTo(spot, shape.nominal) });
      found.push({ zone, row, holds, ...seen.get(shape) });
    }
  }
  return found;
}

/**
 * The same for reading: a zone's rows of one shape together, by relation, nearest first.
 * @param {Answer[]} answers @returns {Map<string, {zone: any, rows: any[], relation: string, metres: number | null}[]>}
 */
export function grouped(answers) {
  const groups = new Map(RELATIONS.map((relation) => [relation, []]));
  for (const { zone, row, relation, metres } of answers) {
    const group = groups.get(relation);
    const same = group.find((other) => other.zone === zone && other.metres === metres);
    if (same) same.rows.push(row);
    else group.push({ zone, rows: [row], relation, metres });
  }
  for (const group of groups.values()) group.sort((a, b) => (a.metres ?? Infinity) - (b.metres ?? Infinity));
  return groups;
}

const DIGITS = /[\u0660-\u0669]/g;

/**
 * Latitude and longitude as people write them: `35.787, 36.472`, `35.787 N 36.472 E`,
 * `35°47'14"N 36°28'20"E`. @param {string} written @returns {{lat: number, lon: number} | null}
 */
export function readCoordinates(written) {
  const text = written.slice(0, 80).replace(DIGITS, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/\p{Bidi_C}/gu, "").replace(/\u066b/g, ".").replace(/\u060c/g, ",").trim().toUpperCase();
  const part = "([+-]?\\d{1,3}(?:\\.\\d+)?)\\s*°?\\s*(?:(\\d{1,2}(?:\\.\\d+)?)\\s*['′]\\s*)?(?:(\\d{1,2}(?:\\.\\d+)?)\\s*(?:\"|″)\\s*)?";
  const match = new RegExp(`^${part}([NS])?[\\s,;]*${part}([EW])?$`).exec(text);
  if (!match) return null;
  const [lat, lon] = [match.slice(1, 5), match.slice(5, 9)].map(([degrees, minutes, seconds, side]) => {
    const size = Math.abs(Number(degrees)) + Number(minutes ?? 0) / 60 + Number(seconds ?? 0) / 3600;
    return (degrees.startsWith("-") ? -size : size) * (side === "S" || side === "W" ? -1 : 1);
  });
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
