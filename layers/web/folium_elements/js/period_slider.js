// One day for all zones of a map: steps through the days on which something changes.

import { el, fill, icon } from "./dom.js";
import { toDay } from "./days.js";

export class PeriodSlider {
  /**
   * @param {import("./map_zones.js").MapZones} zones
   * @param {import("./translator.js").Translator} words
   * @param {{on: string | null, first: string | null, last: string | null, position: string}} options
   */
  constructor(zones, words, { on, first, last, position }) {
    this.zones = zones;
    this.words = words;
    this.bounds = [toDay(first ?? "") ?? -Infinity, toDay(last ?? "") ?? Infinity];
    /** @type {number | null} */ this.chosen = toDay(on ?? "");
    this.range = el("input", { type: "range", min: 0, step: 1, "aria-label": words.gettext("slider"), on: { input: () => this.#go(this.days[this.range.value]) } });
    this.before = this.#button("before", "previous", () => this.#go(this.days.findLast((day) => day < this.day)));
    this.after = this.#button("after", "next", () => this.#go(this.days.find((day) => day > this.day)));
    this.text = el("b", { class: "tamas-day" });
    this.count = el("span", { class: "tamas-count" });
    const head = el("div", { class: "tamas-steps" }, this.before, el("p", { role: "status" }, this.text, this.count), this.after);
    this.root = el("div", { class: `tamas-slider leaflet-bar${zones.narrow ? " narrow" : ""}`, vars: { room: `${zones.map.getSize().x - 20}px` }, lang: words.lang, dir: words.direction, role: "group", "aria-label": words.gettext("time") }, head, this.range);
    L.DomEvent.disableClickPropagation(this.root);
    L.DomEvent.disableScrollPropagation(this.root);
    this.control = new (L.Control.extend({ onAdd: () => this.root }))({ position: zones.corner(position, words) });
    zones.watch(() => this.#write());
  }

  #button(name, key, click) {
    const label = this.words.gettext(key);
    return el("button", { type: "button", "aria-label": label, title: label, on: { click } }, icon(name, this.words.rtl));
  }

  get day() {
    return this.zones.day;
  }

  /** @param {number | undefined} day */
  #go(day) {
    if (day === undefined) return;
    this.chosen = day;
    this.zones.set(day);
  }

  #daysOf(layers) {
    const [first, last] = this.bounds;
    const days = layers.flatMap((layer) => layer.changeDays()).filter((day) => day >= first && day <= last);
    return [...new Set(days)].sort((a, b) => a - b);
  }

  #write() {
    this.days = this.#daysOf(this.zones.visible);
    // Until somebody chooses a day, it is the one on which most holds.
    const day = this.chosen ?? this.#fullest() ?? this.day;
    if (day === null) return fill(this.text, this.words.gettext("nothing_holds"));
    if (day !== this.day) return this.zones.set(day);
    const at = this.days.findLastIndex((one) => one <= day);
    const date = this.words.date(day);
    const count = this.words.ngettext("on_day", this.zones.visible.reduce((sum, layer) => sum + layer.shown.size, 0));
    this.range.max = String(Math.max(this.days.length - 1, 0));
    this.range.value = String(Math.max(at, 0));
    this.range.setAttribute("aria-valuetext", this.words.gettext("slider_text", { date, count }));
    fill(this.text, date);
    fill(this.count, count);
    this.before.setAttribute("aria-disabled", String(!(this.days[0] < day)));
    this.after.setAttribute("aria-disabled", String(!(this.days.at(-1) > day)));
  }

  /** The last day on which most zones hold, shown or not. @returns {number | null} */
  #fullest() {
    let best = null;
    let most = 0;
    for (const day of this.#daysOf(this.zones.layers)) {
      const count = this.zones.layers.reduce((sum, layer) => sum + layer.statesOn(day).length, 0);
      if (count >= most) [best, most] = [day, count];
    }
    return best;
  }
}
