// The words of the page in its languages: the twin of `layers.i18n.Translator`, with Intl for Babel.

import { parts, toDay } from "./days.js";

const RTL_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const LTR_LETTER = /(?![\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}])\p{L}/u;
// Among words from right to left the parts of 2020-03-05 would be read in that order.
const PARTS = /\d-\d/;
// A day or a month in digits, and an interval of them.
const WRITTEN = /(?<![\d\u2068])\d{4}(?:-\d{2}){1,2}(?:\/\d{4}(?:-\d{2}){1,2})?(?!\d)/g;
// Approximate, uncertain, and both, as EDTF marks them.
const DOUBTS = { "~": "about_date", "?": "perhaps", "%": "about_date" };
/** @type {Map<string, any>} */
const made = new Map();

/** An Intl formatter, made once for its language and options. */
function intl(kind, locale, options) {
  const key = `${kind} ${locale} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Intl[kind](locale, options));
  return made.get(key);
}

/** What a formatter calls the month of a date. */
function monthIn(locale, date, options) {
  return intl("DateTimeFormat", locale, { timeZone: "UTC", ...options }).formatToParts(date).find(({ type }) => type === "month").value;
}

export class Translator {
  /**
   * @param {Record<string, {locale: string, direction: string, name: string}>} languages facts of each language by its tag
   * @param {Record<string, Record<string, any>>} catalogues phrases by key, of the languages that came so far
   * @param {string} lang @param {Record<string, any>} [kinds] those of the atlas
   */
  constructor(languages, catalogues, lang, kinds = {}) {
    this.languages = languages;
    this.catalogues = catalogues;
    this.lang = lang;
    this.kinds = kinds;
  }

  get language() {
    return this.languages[this.lang];
  }

  get direction() {
    return this.language.direction;
  }

  /** True where lines run, and so the layout is, from right to left. */
  get rtl() {
    return this.direction === "rtl";
  }

  /** The language that follows this one; the page leads to it. */
  get other() {
    const tags = Object.keys(this.languages);
    return tags[(tags.indexOf(this.lang) + 1) % tags.length];
  }

  get phrases() {
    return this.catalogues[this.lang];
  }

  /** True where the catalogue has the key. */
  has(key) {
    return Object.hasOwn(this.phrases, key);
  }

  #phrase(key) {
    if (!this.has(key)) throw new Error(`no words for ${key}`);
    return this.phrases[key];
  }

  /** A form of a phrase; a phrase without forms stands for all of them. */
  #form(key, name) {
    const phrase = this.#phrase(key);
    return typeof phrase === "string" ? phrase : (phrase[name] ?? phrase.other);
  }

  /** The phrase of a key, its `{names}` filled in. @param {string} key @param {Record<string, any>} [values] */
  gettext(key, values = {}) {
    return this.#form(key, "other").replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? this.isolate(String(values[name])) : whole));
  }

  /** A counted phrase in the plural form that the number asks for; `key.zero`, where there is one, is said of none. */
  ngettext(key, n) {
    if (n === 0 && this.has(`${key}.zero`)) return this.gettext(`${key}.zero`);
    return this.#form(key, intl("PluralRules", this.language.locale).select(n)).replace("{n}", this.number(n));
  }

  /** Keep a value of the other direction from turning the words around it. */
  isolate(value) {
    const strange = this.rtl ? LTR_LETTER.test(value) || PARTS.test(value) : RTL_LETTER.test(value);
    return strange ? `\u2068${value}\u2069` : value;
  }

  /** What a kind of zone is called: the record names its own. */
  kind(type) {
    const names = this.kinds[type]?.names;
    return names ? this.pick(names) : this.gettext(`kind.${type}`);
  }

  /** State of a kind of zone, agreeing with its noun where the language asks for that. */
  status(status, type, after = false) {
    const gender = this.kinds[type]?.gender[this.lang] ?? "other";
    return this.#form(`status.${status === "unknown" && after ? "unknown_after" : status}`, gender);
  }

  /** A phrase as it stands inside a line: no capital at its head. */
  lowercaseInitial(phrase) {
    return phrase.charAt(0).toLowerCase() + phrase.slice(1);
  }

  /** A text of the record in this language, or the first that there is. */
  pick(text) {
    const found = String(text?.[this.#languageOf(text)] ?? "");
    // Among words from right to left what is written in digits is set apart.
    return this.rtl ? found.replace(WRITTEN, "\u2068$&\u2069") : found;
  }

  #languageOf(text) {
    return text?.[this.lang] ? this.lang : Object.keys(text ?? {}).find((tag) => text[tag]);
  }

  /** Language and direction of the words that `pick` gives, none where like the page's. */
  marks(text) {
    const lang = this.#languageOf(text);
    if (!lang || lang === this.language.lang) return {};
    return { lang, dir: RTL_LETTER.test(text[lang]) ? "rtl" : "ltr" };
  }

  /** Items with this language's comma between them. */
  join(items) {
    return items.join(this.gettext("comma"));
  }

  /** A number in digits 0 to 9, rounded to at most so many decimals and with at least so many. */
  number(value, digits = 0, least = 0) {
    const useGrouping = this.gettext("number_pattern").includes(",");
    return intl("NumberFormat", this.language.locale, { useGrouping, minimumFractionDigits: least, maximumFractionDigits: digits }).format(value);
  }

  /** Metres as the number of kilometres, without a decimal that the data do not have. */
  inKm(metres) {
    return this.number(metres / 1000, metres < 9950 ? 1 : 0);
  }

  /** A distance that was measured: tens of metres below a kilometre, one decimal until ten. */
  far(metres) {
    if (metres < 995) return this.gettext("m", { m: this.number(Math.round(metres / 10) * 10) });
    const decimals = metres < 9950 ? 1 : 0;
    return this.gettext("km", { km: this.number(metres / 1000, decimals, decimals) });
  }

  /** A point, latitude first, as people write it. @param {{lat: number, lon: number}} at */
  spot({ lat, lon }) {
    return `${Math.abs(lat).toFixed(4)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lon).toFixed(4)}° ${lon < 0 ? "W" : "E"}`;
  }

  /** What this language calls another. @param {string} tag */
  languageName(tag) {
    return intl("DisplayNames", this.language.locale, { type: "language" }).of(tag);
  }

  #month(day, short) {
    const { year, month } = parts(day);
    return monthIn(this.language.locale, Date.UTC(year, month - 1, 1), { month: short ? "short" : "long", day: "numeric" });
  }

  /** A day in words: 5 March 2020. @param {number} day @param {boolean} [short] */
  date(day, short = false) {
    const { year, day: of } = parts(day);
    return this.gettext("day", { day: of, month: this.#month(day, short), year });
  }

  /** A day of a year that is known: 5 Mar. */
  dayOfYear(day) {
    return this.gettext("day_of_year", { day: parts(day).day, month: this.#month(day, true) });
  }

  /** The days from one to another, both in; an open end reads "since", and what both share is said once. */
  dateRange(from, to) {
    if (to === null) return this.gettext("since", { from: this.date(from, true) });
    if (from === to) return this.date(from, true);
    const [first, last] = [parts(from), parts(to)];
    let start = this.date(from, true);
    if (first.year === last.year && start.startsWith(String(first.day))) {
      start = first.month === last.month ? String(first.day) : this.dayOfYear(from);
    }
    return this.gettext("range", { from: start, to: this.date(to, true) });
  }

  /** An EDTF date in words: a day, a month, a year, an interval, a doubt; anything else stays as it is written. */
  formatEdtf(text) {
    if (text.includes("/")) {
      const [start, end] = text.split("/").map((part) => (part === "" || part === ".." ? null : this.formatEdtf(part)));
      if (start && end) return this.gettext("range", { from: start, to: end });
      return start ? this.gettext("since", { from: start }) : this.gettext("until", { to: end });
    }
    const doubt = DOUBTS[text.at(-1)];
    if (doubt) return this.gettext(doubt, { date: this.formatEdtf(text.slice(0, -1)) });
    const [, year, month] = /^(\d{4})-(\d{2})$/.exec(text) ?? [];
    if (+month >= 1 && +month <= 12) {
      return this.gettext("month", { month: monthIn(this.language.locale, Date.UTC(+year, +month - 1, 1), { month: "long" }), year });
    }
    const day = toDay(text);
    return day === null ? text : this.date(day, true);
  }

  /** What the languages call the twelve months, as their regions and as they themselves do. @returns {string[][]} */
  monthNames() {
    const locales = Object.entries(this.languages).flatMap(([tag, { locale }]) => [locale, tag]);
    const styles = [{ month: "long" }, { month: "long", day: "numeric" }];
    return locales.flatMap((locale) => styles.map((style) => Array.from({ length: 12 }, (_, month) => monthIn(locale, Date.UTC(2020, month, 1), style))));
  }
}
