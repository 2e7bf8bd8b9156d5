// What became of each zone between two days: the rules of layers/query/changes.py, on the page's data.

/** In the order in which they are listed. */
export const CHANGES = ["appeared", "changed", "ended", "unchanged"];

/**
 * A zone that holds on either day. @typedef {{zone: any, change: string,
 *   before: import("./record.js").ZoneState | null, after: import("./record.js").ZoneState | null}} Item
 */

/**
 * A zone appeared or ended as a whole; it changed where a row of it came or went. Changes inside
 * the days between that undo each other are not listed.
 * @param {import("./record.js").Record} record @param {number} first @param {number} second
 * @param {Set<string>} layers @returns {Item[]}
 */
export function difference(record, first, second, layers) {
  const found = [];
  for (const zone of record.order) {
    if (!layers.has(zone.layer)) continue;
    const [before, after] = [record.zoneOn(zone, first), record.zoneOn(zone, second)];
    if (before || after) found.push({ zone, before, after, change: changeOf(before, after) });
  }
  return CHANGES.flatMap((change) => found.filter((item) => item.change === change));
}

function changeOf(before, after) {
  if (!before) return "appeared";
  if (!after) return "ended";
  const ids = ({ rows }) => rows.map(({ row }) => row.id).sort().join(" ");
  return ids(before) === ids(after) ? "unchanged" : "changed";
}
