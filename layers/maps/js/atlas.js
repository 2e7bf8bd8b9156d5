// The page: reads its data, holds what is chosen, tells its parts what changed.

import { basemap } from "./basemap.js";
import { dates } from "./dates.js";
import { el, fill } from "./dom.js";
import { furniture } from "./furniture.js";
import { legend } from "./legend.js";
import { masthead } from "./masthead.js";
import { names } from "./names.js";
import { panel } from "./panel.js";
import { Record } from "./record.js";
import { readState, writeState } from "./state.js";
import { Look } from "./look.js";
import { timeline } from "./timeline.js";
import { Words } from "./words.js";
import { zones } from "./zones.js";

const PARTS = { masthead, panel, basemap, zones, names, furniture, legend, dates, timeline };
/** @type {{name: keyof typeof PARTS, id: string}[]} */
const added = [];

/** Name a part of the page; the Folium element of each part calls this. */
export function add(name, id) {
  added.push({ name, id });
}

/**
 * What a part gets: the map, the record, the words, the look, what is chosen, and `set`.
 * Each part returns `update(changed)`, called with the names of what changed.
 */
class Atlas {
  constructor(map, record, setup, look) {
    Object.assign(this, { map, record, setup, look });
    this.state = readState(location.hash, record, setup);
    this.words = new Words(setup.words, this.state.lang);
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.phone = matchMedia("(max-width: 699px)");
    this.timer = 0;
    this.spoken = el("p", { role: "status", class: "unseen" });
    document.body.append(this.spoken);
  }

  begin() {
    this.parts = added.map(({ name, id }) => PARTS[name](this, document.getElementById(id)));
    this.#speakLanguage();
    this.#update(new Set(["on", "lang", "layers", "zone", "dropped", "playing"]));
    this.firstView();
    addEventListener("hashchange", () => this.#followLink());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && this.state.zone !== null) this.choose(null);
    });
    document.documentElement.dataset.ready = "yes";
  }

  /** What holds on the chosen day in the chosen layers, worked out once a change. */
  get held() {
    return this.heldNow;
  }

  /** Change what is chosen. @param {Partial<import("./state.js").State>} patch */
  set(patch) {
    const changed = new Set(Object.keys(patch).filter((name) => patch[name] !== this.state[name]));
    if (!changed.size) return;
    Object.assign(this.state, patch);
    if (changed.has("lang")) this.#speakLanguage();
    if (changed.has("on") && !changed.has("playing") && this.state.playing && !this.stepping) this.play(false);
    this.#update(changed);
  }

  /** Open the record of a zone, or go back to the list. @param {string | null} id @param {{move?: boolean}} [how] */
  choose(id, { move = true } = {}) {
    if (id === null) return this.set({ zone: null });
    const zone = this.record.get(id);
    const layers = this.state.layers.has(zone.layer) ? this.state.layers : new Set([...this.state.layers, zone.layer]);
    this.moving = move;
    return this.set({ zone: id, layers, dropped: null });
  }

  /** Go to the next day of change before (-1) or after (1) the chosen one. @returns {boolean} */
  step(direction) {
    const days = this.record.changes(this.state.layers);
    const to = direction > 0 ? days.find((day) => day > this.state.on) : days.findLast((day) => day < this.state.on);
    if (to === undefined) {
      this.say(this.words.t(direction > 0 ? "no_later" : "no_earlier"));
      return false;
    }
    this.set({ on: to });
    return true;
  }

  play(on) {
    clearInterval(this.timer);
    this.set({ playing: on });
    if (!on) return;
    const next = () => {
      this.stepping = true;
      if (!this.step(1)) this.play(false);
      this.stepping = false;
    };
    this.timer = setInterval(next, this.reduced.matches ? 3000 : 1200);
  }

  /** Tell those who listen instead of looking. */
  say(text) {
    this.spoken.textContent = text;
  }

  #speakLanguage() {
    this.words.lang = this.state.lang;
    document.documentElement.lang = this.state.lang;
    document.documentElement.dir = this.words.dir;
    document.title = this.words.pick(this.record.data.atlas.title);
  }

  #followLink() {
    if (location.hash === this.written) return;
    const next = readState(location.hash, this.record, this.setup);
    this.moving = true;
    this.set(next);
    if (next.at) this.map.setView([next.at.lat, next.at.lon], next.at.zoom);
  }

  #update(changed) {
    if (changed.has("on") || changed.has("layers")) this.heldNow = this.record.heldOn(this.state.on, this.state.layers);
    for (const part of this.parts) part.update(changed);
    this.moving = false;
    if (changed.has("on") && !this.state.playing) {
      this.say(this.words.t("slider_text", { date: this.words.date(this.state.on), count: this.words.count("on_day", this.held.length) }));
    }
    this.written = writeState(this.state, this.record);
    try {
      history.replaceState(null, "", this.written);
    } catch {
      // Some viewers of local files refuse; the page works without an address.
    }
  }
}

/** Read the data the page holds, or fetch them. */
async function read(setup) {
  const held = document.getElementById("tamas-data");
  if (held) return JSON.parse(held.textContent);
  const answer = await fetch(setup.data, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** Start the page on the map that Folium has made. */
export async function start(map) {
  const setup = JSON.parse(document.getElementById("tamas-setup").textContent);
  const words = new Words(setup.words, setup.lang);
  const place = document.getElementById(added.find(({ name }) => name === "panel").id);
  fill(place, el("div", { class: "waiting" }, el("p", {}, words.t("loading")), el("i"), el("i"), el("i")));
  try {
    const record = new Record(await read(setup), setup.tokens);
    const atlas = new Atlas(map, record, setup, new Look(setup.tokens));
    atlas.begin();
  } catch (fault) {
    console.error(fault);
    const again = el("button", { type: "button", class: "dark", on: { click: () => location.reload() } }, words.t("again"));
    fill(place, el("div", { class: "waiting", role: "alert" }, el("p", {}, words.t("fault")), again));
  }
}
