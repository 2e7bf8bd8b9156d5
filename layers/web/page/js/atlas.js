// The page: reads its data, holds what is chosen, tells its components what changed.

import { answersAt } from "./answers.js";
import { basemap } from "./basemap.js";
import { dates } from "./dates.js";
import { addMonths, toDay } from "./days.js";
import { difference } from "./difference.js";
import { el, fill } from "./dom.js";
import { PHONE } from "./layout.js";
import { mapControls } from "./map_controls.js";
import { legend } from "./legend.js";
import { siteHeader } from "./site_header.js";
import { names } from "./names.js";
import { inverse } from "./geodesy.js";
import { tileLayers } from "./tile_layers.js";
import { ActivityTracker } from "./activity.js";
import { locator } from "./locator.js";
import { panel } from "./panel.js";
import { markers } from "./markers.js";
import { print } from "./print.js";
import { Record } from "./record.js";
import { readState, viewOf, writeState } from "./state.js";
import { Symbology } from "./symbology.js";
import { timeline } from "./timeline.js";
import { Translator } from "./translator.js";
import { zones } from "./zones.js";

const COMPONENTS = {
  site_header: siteHeader, panel, basemap, tile_layers: tileLayers, zones, markers, names, map_controls: mapControls, locator, legend, dates, timeline,
  print,
};
// Where the page needs a whole record from the start, and not only what is drawn first.
const ALL = ["on", "lang", "layers", "zone", "known", "compare", "ask", "tool", "view", "ground", "dropped", "playing"];
/** @type {{name: keyof typeof COMPONENTS, id: string}[]} */
const added = [];
/** @type {Map<string, any>} */
const values = new Map();

/** The page that runs, for whoever embeds or tests it: `Tamas.page.atlas`. */
export const page = { atlas: null };

/** Name a component of the page; the Folium element of each calls this. */
export function add(name, id) {
  added.push({ name, id });
}

/**
 * What a component gets: the map, the record, the words, the symbology, what is chosen, and `set`.
 * Each component returns `update(changed)`, called with the names of what changed.
 */
class Atlas {
  constructor(map, activity, record, setup, symbology, state) {
    /** @type {any} */ this.map = map;
    /** @type {ActivityTracker} */ this.activity = activity;
    /** @type {Record} */ this.record = record;
    /** @type {any} */ this.setup = setup;
    /** @type {Symbology} */ this.symbology = symbology;
    /** @type {import("./state.js").State} */ this.state = state;
    /** @type {import("./record.js").ZoneState[]} */ this.statesNow = [];
    /** @type {import("./difference.js").Item[]} */ this.compared = [];
    /** @type {(() => Promise<any>) | null} */ this.rest = null;
    /** @type {Promise<any> | null} */ this.asked = null;
    /** @type {() => void} */ this.firstView = () => {};
    /** @type {any[]} */ this.components = [];
    this.failed = false;
    this.words = new Translator(setup.languages, setup.words, this.state.lang, record.data.symbology.kinds);
    this.reduced = matchMedia("(prefers-reduced-motion: reduce)");
    this.phone = matchMedia(PHONE);
    this.timer = 0;
    this.spoken = el("p", { role: "status", class: "unseen" });
    document.body.append(this.spoken);
  }

  begin() {
    for (const { name, id } of added) this.#attempt(() => this.components.push(COMPONENTS[name](this, document.getElementById(id))));
    this.#speakLanguage();
    this.#update(new Set(ALL));
    this.#attempt(() => this.firstView());
    this.refresh("sheet");
    addEventListener("hashchange", () => this.#followLink());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.back();
    });
  }

  /** What holds on the chosen day in the chosen layers, worked out once a change. */
  get states() {
    return this.statesNow;
  }

  /** What the map draws: what holds on the day, and while comparing also what held on the first one. */
  get drawn() {
    if (this.state.compare === null) return this.statesNow.map((state) => ({ ...state, change: null }));
    return this.compared.map(({ before, after, change }) => ({ ...(after ?? before), change }));
  }

  /** Close the topmost thing in the panel. */
  back() {
    const close = {
      cite: { view: null }, zone: { zone: null }, measure: { tool: null }, ask: { ask: null, tool: null },
      contacts: { view: null }, compare: { compare: null },
    }[viewOf(this.state)];
    if (close) this.set(close);
  }

  /** Take up a tool, or put it down where it is in hand. */
  tool(name) {
    if (name === "compare") {
      const { compare, on } = this.state;
      const first = this.record.clamp(addMonths(on, -6));
      return this.set({ compare: compare === null ? first : null, zone: null, view: null, tool: null, ask: null });
    }
    const down = this.state.tool === name;
    return this.set({ tool: down ? null : name, ask: null, zone: null, view: null });
  }

  /** The answers for a point on a day, row by row. @param {number} lon @param {number} lat @param {string} on */
  answers(lon, lat, on) {
    return answersAt(this.record, [lon, lat], toDay(on), this.record.layerIds)
      .map(({ row, holds, relation, metres }) => ({ id: row.id, holds, relation, metres }));
  }

  /** What became of each zone between two days. @param {string} first @param {string} second */
  changes(first, second) {
    return difference(this.record, toDay(first), toDay(second), this.record.layerIds)
      .map(({ zone, change }) => ({ zone_id: zone.id, change }));
  }

  /** Metres between two points, longitude first. */
  distance(from, to) {
    return inverse(from, to).metres;
  }

  /** Let the components that show it know of something that is not in the state. */
  refresh(name) {
    this.#tell(new Set([name]));
  }

  #tell(changed) {
    for (const component of this.components) this.#attempt(() => component.update(changed));
  }

  /** A part that fails leaves the others at work, and the reader is told once. */
  #attempt(act) {
    try {
      act();
    } catch (fault) {
      console.error(fault);
      if (!this.failed) document.body.append(failure(this.words, "part_fault"));
      this.failed = true;
    }
  }

  /** Change what is chosen. @param {Partial<import("./state.js").State>} patch */
  set(patch) {
    const changed = new Set(Object.keys(patch).filter((name) => patch[name] !== this.state[name]));
    if (!changed.size) return;
    // The other language comes with the rest of the record.
    if (patch.lang && !this.words.catalogues[patch.lang]) {
      this.whole().then(() => this.words.catalogues[patch.lang] && this.set(patch));
      return;
    }
    if (!this.record.whole && ["known", "compare", "zone", "ask", "view"].some((name) => patch[name])) this.whole();
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
    return this.set({ zone: id, layers, dropped: null, tool: null, view: null });
  }

  /** Go to the next day of change before (-1) or after (1) the chosen one. @returns {boolean} */
  step(direction) {
    const days = this.record.changes(this.state.layers);
    const to = direction > 0 ? days.find((day) => day > this.state.on) : days.findLast((day) => day < this.state.on);
    if (to === undefined) {
      this.say(this.words.gettext(direction > 0 ? "no_later" : "no_earlier"));
      return false;
    }
    this.set({ on: to });
    return true;
  }

  play(on) {
    clearInterval(this.timer);
    this.set({ playing: on });
    if (!on) return this.activity.end("play");
    this.activity.begin("play");
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
    document.documentElement.lang = this.words.language.lang;
    document.documentElement.dir = this.words.direction;
    document.title = this.words.pick(this.record.data.atlas.title);
  }

  #followLink() {
    if (location.hash === this.written) return;
    const next = readState(location.hash, this.record, this.setup);
    this.moving = true;
    this.set(next);
    if (next.at) this.map.setView([next.at.lat, next.at.lon], next.at.zoom);
  }

  /** The day of the map and, in comparing, the first day: what holds is worked out once a change. */
  #holds(changed) {
    const { on, layers, compare, known } = this.state;
    if (known !== this.record.knownBy && (known === null || this.record.whole)) {
      this.record.know(known);
      changed.add("known");
    }
    if (!["on", "layers", "known", "compare", "evidence"].some((name) => changed.has(name))) return;
    this.statesNow = this.record.zoneStatesOn(on, layers);
    this.compared = compare === null ? [] : difference(this.record, compare, on, layers);
  }

  /** Take in the rest of the record, once, and let every part know. */
  async whole() {
    this.asked ??= this.rest?.() ?? null;
    const rest = await this.activity.until("rest", this.asked);
    if (!rest || this.record.whole) return;
    this.take(rest);
    this.#update(new Set(["evidence", "on"]));
  }

  take({ words, ...rest }) {
    Object.assign(this.words.catalogues, words);
    this.record.complete(rest);
  }

  #update(changed) {
    this.activity.touch();
    this.#holds(changed);
    this.#tell(changed);
    this.moving = false;
    if (changed.has("on") && !changed.has("evidence") && !this.state.playing) {
      this.say(this.words.gettext("slider_text", { date: this.words.date(this.state.on), count: this.words.ngettext("on_day", this.states.length) }));
    }
    this.written = writeState(this.state, this.record);
    try {
      history.replaceState(null, "", this.written);
    } catch {
      // Some viewers of local files refuse; the page works without an address.
    }
  }
}

/** Take a part of the data from a script of the site; its scripts call this. */
export function hold(name, value) {
  values.set(name, value);
}

/** Read the data the page holds, or fetch them; a site's come as scripts, since a file may not fetch. */
async function read(setup) {
  const block = document.getElementById("tamas-data");
  if (block) return JSON.parse(block.textContent);
  return setup.data ? get(setup.data) : script("first");
}

async function script(name) {
  if (!values.has(name) && document.readyState !== "complete") await new Promise((done) => { addEventListener("load", done); });
  if (!values.has(name)) throw new Error(`the data "${name}" did not come`);
  return values.get(name);
}

async function get(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** Start the page on the map that Folium has made. */
export function start(map) {
  const activity = new ActivityTracker(map);
  activity.until("start", openOn(map, activity));
}

/** What failed, and one thing to do about it. */
function failure(words, key) {
  const again = el("button", { type: "button", class: "dark", on: { click: () => location.reload() } }, words.gettext("again"));
  return el("div", { class: key === "fault" ? "waiting" : "notice", role: "alert" }, el("p", {}, words.gettext(key)), again);
}

async function openOn(map, activity) {
  const setup = JSON.parse(document.getElementById("tamas-setup").textContent);
  const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
  const words = new Translator(setup.languages, setup.words, Object.hasOwn(setup.words, asked) ? asked : setup.lang);
  const place = document.getElementById(added.find(({ name }) => name === "panel").id);
  fill(place, el("div", { class: "waiting" }, el("p", {}, words.gettext("loading")), el("i"), el("i"), el("i")));
  const atlas = await readAtlas(map, activity, setup).catch((fault) => {
    console.error(fault);
    fill(place, failure(words, "fault"));
  });
  if (!atlas) return;
  page.atlas = atlas;
  atlas.begin();
  if (!atlas.record.whole) atlas.whole().catch((fault) => console.error(fault));
}

/** The record as far as the view asked for needs it, and the page that shows it. @returns {Promise<Atlas>} */
/** Letters that the atlas brings stand in the house's family beside its own. */
function addFont({ weight, ranges, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const face = new FontFace("Plex", bytes, { weight: String(weight), unicodeRange: ranges });
  document.fonts.add(face);
  return face.load();
}

async function readAtlas(map, activity, setup) {
  const record = new Record(await read(setup));
  await Promise.all((record.data.fonts ?? []).map(addFont));
  const state = readState(location.hash, record, setup);
  const atlas = new Atlas(map, activity, record, setup, new Symbology(record.data.symbology), state);
  atlas.rest = () => (setup.rest ? get(setup.rest) : script("rest"));
  // What comes first draws the opening day alone; any other view waits for the whole record.
  const opening = state.lang === setup.lang && state.on === record.opens && viewOf(state) === "list" && state.known === null;
  if (!record.whole && !opening) atlas.take(await atlas.rest());
  return atlas;
}
