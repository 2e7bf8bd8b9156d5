// The page as one file: where it opens, what it holds, and whether it is as it was built.
// A script of its own, so that it still speaks where the page's own was altered and does not run.

import { toDay } from "./days.js";
import { digest } from "./digest.js";
import { bdi, el } from "./dom.js";
import { Words } from "./words.js";

// A page that has not begun by then was altered, or its browser is too old for it.
const PATIENCE = 4000;
// For a file whose own words cannot be read any more.
const BARE = { title: "tamas", verify: "Verify · تحقّق", verifying: "…", altered: "Not as it was built · ليس كما بُني: {names}", no_digests: "Not as it was built · ليس كما بُني", record: "SHA-256", proves: "", spoiled: "", parts: { other: "{name}" } };

/** Open the file where it was asked to open, and add what it says of itself once the page stands. */
export function begin() {
  const own = json("tamas-file");
  const held = own?.held ?? null;
  if (held?.zone && !location.hash) openOn(held);
  const root = document.documentElement;
  let stands = false;
  const ready = () => {
    const { atlas } = Tamas.page;
    if (stands || !atlas?.begun) return;
    stands = true;
    if (held?.zone && held.box) atlas.everything();
    const part = tellOf(atlas, own);
    atlas.parts.push(part);
    part.update();
  };
  new MutationObserver(ready).observe(root, { attributes: true, attributeFilter: ["data-idle"] });
  setTimeout(() => stands || alone(own), PATIENCE);
}

/** A data block of the file; null where it cannot be read. @param {string} id @returns {any} */
function json(id) {
  try {
    return JSON.parse(document.getElementById(id).textContent);
  } catch {
    return null;
  }
}

function openOn({ zone, asked }) {
  const hash = `#zone=${encodeURIComponent(zone)}${asked?.on ? `&on=${encodeURIComponent(asked.on)}` : ""}`;
  try {
    history.replaceState(null, "", hash);
  } catch {
    location.replace(hash);
  }
}

/** What the panel shows of the file, put back whenever the panel is written anew. */
function tellOf(atlas, own) {
  const words = wordsOf(own);
  const held = own?.held ?? null;
  const isPart = held !== null && (held.rows < held.all || held.known_by !== null);
  let verdict = verdictIn();
  return {
    update() {
      const { lang: now } = document.documentElement;
      if (words.lang !== now) {
        words.lang = now;
        verdict = verdictIn();
      }
      const body = document.querySelector(".panel-body");
      if (!body || body.querySelector(".this-file")) return;
      const list = body.querySelector(".list");
      if (isPart) (list ?? body.querySelector("article"))?.before(el("section", { class: "this-file first" }, said(atlas, words, held).map((line) => el("p", {}, line))));
      if (list) body.querySelector(".about")?.before(section(words, atlas, held, verdict));
    },
  };
}

function wordsOf(own) {
  return new Words(own?.words ?? { en: BARE, ar: BARE }, document.documentElement.lang);
}

function verdictIn() {
  return el("div", { class: "verdict", "aria-live": "polite" });
}

function section(words, atlas, held, verdict) {
  return el("section", { class: "this-file" }, el("h3", {}, words.t("title")),
    said(atlas, words, held).map((line) => el("p", {}, line)),
    button(words, () => atlas.work.until("verify", verify(words, verdict))), verdict);
}

/** The lines that say what the file holds and what it leaves out. */
function said(atlas, words, held) {
  const date = (text) => atlas.words.date(toDay(text));
  const edition = date(atlas.record.data.atlas.edition);
  if (held === null || (held.rows === held.all && held.known_by === null)) return [words.t("whole", { edition })];
  const join = words.rtl ? "، " : ", ";
  const names = (all) => all.map((name) => words.isolated(words.pick(name))).join(join);
  const [west, south, east, north] = held.box ?? [];
  const parts = [
    held.layers ? words.t("layers", { names: names(held.layers) }) : null,
    held.zones ? words.t("zones", { names: names(held.zones) }) : null,
    held.layers || held.zones ? null : words.t("layers_all"),
    held.known_by ? words.t("known", { date: date(held.known_by) }) : null,
    held.box ? words.t("box", { west, south, east, north }) : null,
  ].filter(Boolean);
  const count = words.t("count", { rows: words.number(held.rows), all: words.number(held.all) });
  return [words.t("part", { edition, parts: parts.join(words.rtl ? "؛ " : "; ") }), count, held.known_by ? words.t("later") : null].filter(Boolean);
}

function button(words, act) {
  return el("button", { type: "button", class: "plain", "data-key": "verify", on: { click: act } }, words.t("verify"));
}

/** Compute every digest anew and say what came of it. */
async function verify(words, verdict) {
  verdict.replaceChildren(el("p", {}, words.t("verifying")));
  const seal = json("tamas-seal");
  const lines = Array.isArray(seal?.parts) ? await judged(words, seal) : [el("b", {}, words.t("no_digests"))];
  verdict.replaceChildren(...lines.map((line) => el("p", {}, line)));
}

async function judged(words, seal) {
  const altered = await changed(seal);
  const named = altered.map((name) => {
    const key = `parts.${name.replace(".", "_")}`;
    return words.has(key) ? words.t(key) : words.t("parts.other", { name });
  });
  const count = seal.parts.length + 2;
  const verdict = altered.length ? words.t("altered", { names: named.join(words.rtl ? "، " : ", ") }) : words.t("sound", { n: words.number(count) });
  const record = bdi(String(seal.record), { dir: "ltr", class: "digest" });
  return [el("b", {}, whole(verdict)), [whole(words.t("record")), " ", record], whole(words.t(altered.length ? "spoiled" : "proves"))];
}

/** A text whose commands are not broken at their hyphens, nor turned in Arabic. */
function whole(text) {
  return text.split(/(tamas \w+ --\w+|SHA-256)/).map((part, at) => (at % 2 ? bdi(part, { dir: "ltr", class: "command" }) : part));
}

/** The names of the parts that are not as they were built. @returns {Promise<string[]>} */
async function changed({ parts, policy, record }) {
  const found = [...document.querySelectorAll("script, style")].filter(({ id }) => id !== "tamas-seal");
  const names = [];
  for (const [at, { name, sha256 }] of parts.entries()) {
    if (!found[at] || (await digest(found[at].textContent)) !== sha256) names.push(String(name));
  }
  if (found.length > parts.length) names.push("more");
  const rules = document.querySelector("meta[http-equiv=Content-Security-Policy]")?.getAttribute("content") ?? "";
  if ((await digest(rules)) !== policy) names.push("policy");
  if ((json("tamas-data")?.atlas?.digest ?? "") !== record) names.push("record");
  return names;
}

/** The page's own script did not come up: say what of the file is not as it was built. */
function alone(own) {
  const words = wordsOf(own);
  const verdict = verdictIn();
  const place = document.querySelector(".panel") ?? document.body;
  place.prepend(el("section", { class: "this-file alone" }, el("h3", {}, words.t("title")), button(words, () => verify(words, verdict)), verdict));
  verify(words, verdict);
}
