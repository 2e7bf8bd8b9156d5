// Which rows of a zone hold on a day, and which of them a map draws.
// A row has days as numbers: `from`, `to` (null: open), `surelyFrom`, `surelyTo` (null: never certain).

import { toDay } from "./days.js";

/** A row with its days as numbers; a certain day that is left out is the day itself. */
export function withDays(row) {
  const { valid_from, valid_to, certain_from = valid_from, certain_to = valid_to } = row;
  return {
    ...row, from: toDay(valid_from), to: toDay(valid_to ?? ""),
    surelyFrom: toDay(certain_from ?? ""), surelyTo: toDay(certain_to ?? ""),
  };
}

/** @returns {"certain" | "possible" | null} */
export function holdsOn(row, day) {
  if (row.from > day || (row.to !== null && row.to < day)) return null;
  const sure = row.surelyFrom !== null && row.surelyFrom <= day
    && (row.surelyTo === null ? row.to === null : day <= row.surelyTo);
  return sure ? "certain" : "possible";
}

/**
 * Practice says more than paper, certain more than possible, then the stronger status.
 * @template {{row: any, holds: string}} T
 * @param {T[]} rows @param {Map<string, number>} rank of each status, the strongest first @returns {T}
 */
export function leading(rows, rank) {
  const weight = ({ row, holds }) => (row.track === "practice" ? 0 : 100) + (holds === "certain" ? 0 : 10) + rank.get(row.status);
  return rows.reduce((best, next) => (weight(next) < weight(best) ? next : best));
}

/** Put the rows of a zone in order of time and mark those that follow a mere last report. */
export function inOrder(rows) {
  rows.sort((a, b) => a.from - b.from || (a.track < b.track ? -1 : a.track > b.track ? 1 : 0) || (a.id < b.id ? -1 : 1));
  for (const row of rows) {
    row.after = row.status === "unknown" && rows.some((other) => other.track === row.track && other.end_reason === "last_report_only" && other.from <= row.from);
  }
  return rows;
}

/** The days on which a row starts, is over, becomes certain or no longer is. @returns {number[]} */
export function changeDays({ from, to, surelyFrom, surelyTo }) {
  const ends = [to, surelyTo].map((end) => (end === null ? null : end + 1));
  return [from, surelyFrom, ...ends].filter((day) => day !== null);
}
