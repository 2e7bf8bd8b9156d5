// Clauses on a day: the rules of layers/query/clauses.py, on the page's data.

import { toDay } from "./days.js";

/** Whether two speakers contradict each other: what was done in part may be done later. */
function differ(one, other) {
  if (one.outcome === other.outcome) return false;
  const [part, whole] = one.outcome === "partly_done" ? [one, other] : [other, one];
  return !(part.outcome === "partly_done" && whole.outcome === "done" && part.day < whole.day);
}

/**
 * What a clause was on a day, and what had been reported of it by then, in order of time.
 * @param {any} clause with the reports that were known @param {number} day
 * @returns {{state: string, reports: any[]}}
 */
export function clauseOn(clause, day) {
  const reports = clause.reports.filter((report) => toDay(report.day) <= day);
  const last = [...new Map(reports.map((report) => [report.speaker, report])).values()];
  const due = toDay(clause.by_day ?? "");
  const begun = day >= toDay(clause.from_day);
  let state = "nobody_has_said";
  if (last.some((one, at) => last.slice(at + 1).some((other) => differ(one, other)))) state = "contested";
  else if (last.some(({ outcome }) => outcome !== "not_done")) state = "reported_done";
  else if (due === null ? !begun : day <= due) state = "not_yet_due";
  else if (due !== null) state = "deadline_passed";
  return { state, reports };
}
