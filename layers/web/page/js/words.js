// Words, numbers and dates of the page in its two languages.

import { parts, toDay } from "./days.js";

const LATIN = /[A-Za-z\u00c0-\u024f]/;
const ARABIC = /[\u0600-\u06ff]/;

export class Words {
  /** @param {Record<string, any>} tables one table a language @param {string} lang @param {Record<string, any>} [kinds] those of the atlas */
  constructor(tables, lang, kinds = {}) {
    this.tables = tables;
    this.lang = lang;
    this.kinds = kinds;
  }

  get dir() {
    return this.lang === "ar" ? "rtl" : "ltr";
  }

  get rtl() {
    return this.lang === "ar";
  }

  get other() {
    return this.lang === "ar" ? "en" : "ar";
  }

  get table() {
    return this.tables[this.lang];
  }

  /** The phrase of a dotted key, its `{names}` filled in. @param {string} key @param {Record<string, any>} [values] */
  t(key, values = {}) {
    const phrase = key.split(".").reduce((at, name) => (at && Object.hasOwn(at, name) ? at[name] : undefined), this.table);
    return this.fillIn(typeof phrase === "string" ? phrase : key, values);
  }

  /** True where the table has the key. */
  has(key) {
    return key.split(".").reduce((at, name) => (at && Object.hasOwn(at, name) ? at[name] : undefined), this.table) !== undefined;
  }

  fillIn(phrase, values) {
    return phrase.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? this.isolated(String(values[name])) : whole));
  }

  /** Keep a value of the other script from turning the words around it. */
  isolated(value) {
    return (this.rtl ? LATIN : ARABIC).test(value) ? `\u2068${value}\u2069` : value;
  }

  /** A counted phrase in the plural form that the number asks for. */
  count(key, n) {
    const forms = this.table[key];
    const form = n === 0 && forms.zero ? "zero" : new Intl.PluralRules(this.lang).select(n);
    return this.fillIn(forms[form] ?? forms.other, { n: this.number(n) });
  }

  /** What a kind of zone is called: the record names its own. */
  kind(type) {
    const names = this.kinds[type]?.names;
    return names ? this.pick(names) : this.t(`kind.${type}`);
  }

  /** State of a kind of zone, agreeing with its noun where the language asks for that. */
  status(status, type, after = false) {
    const found = this.table.status[status === "unknown" && after ? "unknown_after" : status];
    if (typeof found === "string") return found;
    return found[this.kinds[type]?.gender[this.lang] === "feminine" ? "f" : "m"];
  }

  /** A phrase as it stands inside a line: no capital at its head. */
  inner(phrase) {
    return this.rtl ? phrase : phrase.charAt(0).toLowerCase() + phrase.slice(1);
  }

  /** The text in the page's language, or the other where that is missing. */
  pick(text) {
    if (text === null || text === undefined) return "";
    return String(text[this.lang] ?? text[this.other] ?? "");
  }

  number(value, digits = 0) {
    const fixed = Number(value).toFixed(digits).replace(/\.0+$/, "");
    return this.rtl ? fixed : fixed.replace(/\B(?=(\d{3})+(?!\d))/, ",");
  }

  /** Metres as kilometres, without a decimal that the data do not have. */
  km(metres) {
    const km = metres / 1000;
    return this.number(km, km < 10 ? 1 : 0);
  }

  /** A distance that was measured: tens of metres below a kilometre, one decimal until ten. */
  far(metres) {
    if (metres < 995) return this.t("m", { m: this.number(Math.round(metres / 10) * 10) });
    const km = metres / 1000;
    return this.t("km", { km: km < 9.95 ? km.toFixed(1) : this.number(km) });
  }

  /** A point, latitude first, as people write it. @param {{lat: number, lon: number}} at */
  spot({ lat, lon }) {
    return `${Math.abs(lat).toFixed(4)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lon).toFixed(4)}° ${lon < 0 ? "W" : "E"}`;
  }

  /** @param {number} day @param {boolean} [short] */
  date(day, short = false) {
    const { year, month, day: of } = parts(day);
    return `${of} ${this.table[short ? "months_short" : "months"][month - 1]} ${year}`;
  }

  dayMonth(day) {
    const { month, day: of } = parts(day);
    return `${of} ${this.table.months_short[month - 1]}`;
  }

  /** A date that may be a year, a month, a day or anything else of EDTF. */
  written(text) {
    const day = toDay(text);
    if (day !== null) return this.date(day, true);
    const month = /^(\d{4})-(\d{2})$/.exec(text);
    if (month && this.table.months[+month[2] - 1]) return `${this.table.months[+month[2] - 1]} ${month[1]}`;
    return text;
  }

  /** From one day to another, both in; an open end reads "since". */
  range(from, to) {
    if (to === null) return this.t("since", { from: this.date(from, true) });
    if (from === to) return this.date(from, true);
    const [a, b] = [parts(from), parts(to)];
    let start = this.date(from, true);
    if (a.year === b.year) start = a.month === b.month ? String(a.day) : this.dayMonth(from);
    return this.t("range", { from: start, to: this.date(to, true) });
  }
}
