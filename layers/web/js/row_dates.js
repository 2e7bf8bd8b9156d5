// What the dates of a row leave open, in words.

/** One line for each doubt about when a row holds. @returns {string[]} */
export function doubts(words, { from, to, surelyFrom, surelyTo }) {
  const between = (first, last) => ({ from: words.date(first, true), to: words.date(last, true) });
  const lines = [];
  if (surelyFrom !== null && surelyFrom !== from) lines.push(words.gettext("starts_between", between(from, surelyFrom)));
  if (to !== null && surelyTo !== null && surelyTo !== to) lines.push(words.gettext("ends_between", between(surelyTo, to)));
  if (surelyFrom === null) lines.push(words.gettext("never_certain"));
  return lines;
}

/** How a row ended, null where nothing is said. @returns {string | null} */
export function ending(words, { to, end_reason: reason }) {
  if (to === null) return words.gettext("no_end");
  return reason ? words.gettext(`end_reason.${reason}`) : null;
}
