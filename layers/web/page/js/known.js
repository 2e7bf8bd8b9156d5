// What could be known by a day: the rules of layers/query/filters.py, on the page's data.

import { toDay } from "./days.js";

/** Whether a claim had been stated by the end of a day; by null everything had. */
export function isStated(claim, knownBy) {
  if (knownBy === null) return true;
  const day = toDay(claim?.known ?? "");
  return day !== null && day <= knownBy;
}

/**
 * A row as a reader could know it by the end of a day, or null where nobody had spoken of it.
 * Its end is open unless a claim of the end had been stated; claims stated later are left out.
 */
export function asKnown(data, row, knownBy) {
  const said = toDay(row.stated_on ?? "");
  if (said === null || said > knownBy) return null;
  const stated = (id) => isStated(data.claims[id], knownBy);
  const claims = row.claim_ids.filter(stated);
  const disputes = row.dispute_ids.filter((id) => data.disputes[id]?.sides.filter((side) => side.claims.some(stated)).length > 1);
  const seen = {
    ...row,
    claim_ids: claims,
    source_ids: [...new Set(claims.map((id) => data.claims[id].source_id))],
    dispute_ids: disputes,
    disputed: row.disputed && disputes.some((id) => (data.disputes[id].about ?? "status") === "status"),
    end_claim_ids: row.end_claim_ids.filter(stated),
  };
  const open = row.end_claim_ids.length > 0 && !row.end_claim_ids.some(stated);
  return open ? { ...seen, to: null, surelyTo: null, end_reason: null } : seen;
}

/** How many claims of some zones a day hides, and of how many. */
export function hiddenClaims(record, zones) {
  const ids = new Set(zones.flatMap((zone) => zone.all.flatMap((row) => [...row.claim_ids, ...row.end_claim_ids])));
  const hidden = [...ids].filter((id) => !isStated(record.data.claims[id], record.knownBy)).length;
  return { hidden, all: ids.size };
}
