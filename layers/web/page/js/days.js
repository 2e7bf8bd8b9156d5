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

// Month names beside the Levantine ones, as they are written elsewhere in Arabic.
const ELSEWHERE = ["يناير", "فبراير", "مارس", "ابريل", "مايو", "يونيو", "يوليو", "اغسطس", "سبتمبر", "اكتوبر", "نوفمبر", "ديسمبر"];

/** Fold what spelling may vary: marks, alef, hamza, case. */
function fold(text) {
  return text.toLowerCase().replace(/[\u064b-\u0652\u0640]/g, "").replace(/[أإآ]/g, "ا").replace(/ى/g, "ي");
}

/** @param {string} word @param {{months: string[]}[]} tables @returns {number} 1 to 12, or 0 */
function monthOf(word, tables) {
  const sought = fold(word.trim().replace(/\.$/, ""));
  if (sought.length < 3 && !/[\u0600-\u06ff]/.test(sought)) return 0;
  for (const { months } of tables) {
    const at = months.findIndex((name) => fold(name) === sought || (/^[a-z]/.test(sought) && fold(name).startsWith(sought)));
    if (at >= 0) return at + 1;
  }
  return ELSEWHERE.indexOf(sought) + 1;
}

/**
 * The days a written date may mean: none, one, or two where day and month can change places.
 * @param {string} written @param {{months: string[]}[]} tables @returns {number[]}
 */
export function readings(written, tables) {
  const text = written.slice(0, 60).trim()
    .replace(/[\u2066-\u2069\u200e\u200f]/g, "")
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  const whole = toDay(text);
  if (whole !== null) return [whole];
  let match = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (match) return kept([dayOf(+match[1], +match[2], +match[3])]);
  match = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  if (match) return kept([dayOf(+match[3], +match[2], +match[1]), dayOf(+match[3], +match[1], +match[2])]);
  match = /^(\d{1,2})\s+(\D+?)[\s,،]+(\d{4})$/.exec(text);
  if (match) return kept([dayOf(+match[3], monthOf(match[2], tables), +match[1])]);
  match = /^([^\d\s]+)\s+(\d{1,2})[\s,،]+(\d{4})$/.exec(text);
  if (match) return kept([dayOf(+match[3], monthOf(match[1], tables), +match[2])]);
  return [];
}

function kept(days) {
  return [...new Set(days.filter((day) => day !== null))];
}
