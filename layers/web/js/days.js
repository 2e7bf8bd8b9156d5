// Days as whole numbers since 1970-01-01 (proleptic Gregorian, UTC), and days as people write them.

const MS = 86400000;

/** @param {any} text a full ISO day @returns {number | null} */
export function toDay(text) {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(String(text));
  return match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : null;
}

/** @param {number} year @param {number} month 1 to 12 @param {number} day @returns {number | null} */
function dayOf(year, month, day) {
  if (year < 1000 || year > 9999) return null;
  const made = new Date(Date.UTC(year, month - 1, day));
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return null;
  return made.getTime() / MS;
}

/** @param {number} day @returns {string} */
export function iso(day) {
  return new Date(day * MS).toISOString().slice(0, 10);
}

/** @param {number} day @returns {{year: number, month: number, day: number}} */
export function parts(day) {
  const date = new Date(day * MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The same day `count` months on, or the last of that month. */
export function addMonths(day, count) {
  const { year, month, day: of } = parts(day);
  const first = new Date(Date.UTC(year, month - 1 + count, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(of, last)) / MS;
}

/** First days of the years from `first` to `last`, for an axis. @returns {{year: number, day: number}[]} */
export function years(first, last) {
  const found = [];
  for (let year = parts(first).year; year <= parts(last).year; year += 1) {
    found.push({ year, day: Date.UTC(year, 0, 1) / MS });
  }
  return found;
}

/** Fold what spelling may vary: marks, carriers of hamza, tatweel, forms of yeh, case. */
function plainWord(text) {
  return text.toLowerCase().normalize("NFKD").replace(/[\p{M}\u0640]/gu, "").replace(/\u0649/g, "\u064a");
}

/** The month of a name, or of a beginning of three letters that is no other's. @param {string} word @param {string[][]} monthNames @returns {number} 1 to 12, or 0 */
function monthOf(word, monthNames) {
  const sought = plainWord(word.trim().replace(/\.$/, ""));
  for (const months of monthNames) {
    const begun = months.map((name, at) => (plainWord(name).startsWith(sought) ? at + 1 : 0)).filter(Boolean);
    const whole = months.findIndex((name) => plainWord(name) === sought);
    if (whole >= 0) return whole + 1;
    if (sought.length >= 3 && begun.length === 1) return begun[0];
  }
  return 0;
}

/**
 * The days a written date may mean: none, one, or two where day and month can change places.
 * @param {string} written @param {string[][]} monthNames @returns {number[]}
 */
export function readings(written, monthNames) {
  const text = written.slice(0, 60).trim()
    .replace(/\p{Bidi_C}/gu, "")
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  const whole = toDay(text);
  if (whole !== null) return [whole];
  let match = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (match) return kept([dayOf(+match[1], +match[2], +match[3])]);
  match = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  if (match) return kept([dayOf(+match[3], +match[2], +match[1]), dayOf(+match[3], +match[1], +match[2])]);
  match = /^(\d{1,2})\s+(\D+?)[\s,\u060c]+(\d{4})$/.exec(text);
  if (match) return kept([dayOf(+match[3], monthOf(match[2], monthNames), +match[1])]);
  match = /^([^\d\s]+)\s+(\d{1,2})[\s,\u060c]+(\d{4})$/.exec(text);
  if (match) return kept([dayOf(+match[3], monthOf(match[1], monthNames), +match[2])]);
  return [];
}

function kept(days) {
  return [...new Set(days.filter((day) => day !== null))];
}
