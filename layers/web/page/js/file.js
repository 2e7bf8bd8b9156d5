// The page as one file: where it opens, what it holds, and how to check it from outside.
// A page cannot vouch for itself, so nothing here says whether it is as it was built.

import { toDay } from "./days.js";
import { bdi, el } from "./dom.js";

/** Open the file where it was asked to open, and add what it says of itself once the page has begun. */
export function begin() {
  const own = json("tamas-file");
  const scope = own?.scope ?? null;
  if (scope?.zone && !location.hash) openOn(scope);
  const root = document.documentElement;
  const add = () => {
    const { atlas } = Tamas.page;
    if (!atlas?.begun) return;
    begun.disconnect();
    if (scope?.zone && scope.box) atlas.everything();
    const part = tellOf(atlas, own);
    atlas.components.push(part);
    part.update();
  };
  const begun = new MutationObserver(add);
  begun.observe(root, { attributeFilter: ["data-idle"] });
}

/** A data block of the file; null where it cannot be read. @param {string} id @returns {any} */
function json(id) {
  try {
    return JSON.parse(document.getElementById(id).textContent);
  } catch {
    return null;
  }
}

function openOn({ zone, request }) {
  const hash = `#zone=${encodeURIComponent(zone)}${request?.on ? `&on=${encodeURIComponent(request.on)}` : ""}`;
  try {
    history.replaceState(null, "", hash);
  } catch {
    location.replace(hash);
  }
}

/** What the panel shows of the file, put back whenever the panel is written anew. */
function tellOf(atlas, own) {
  const { words } = atlas;
  const scope = own?.scope ?? null;
  const isPart = scope !== null && (scope.rows < scope.all || scope.known_by !== null);
  return {
    update() {
      const body = document.querySelector(".panel-body");
      if (!body || body.querySelector(".this-file")) return;
      const list = body.querySelector(".list");
      if (isPart) (list ?? body.querySelector("article"))?.before(el("section", { class: "this-file first" }, said(atlas, scope).map((line) => el("p", {}, line))));
      if (list) body.querySelector(".about")?.before(section(atlas, scope));
    },
  };
}

function section(atlas, scope) {
  const { words } = atlas;
  const record = bdi(String(atlas.record.data.atlas.digest ?? ""), { dir: "ltr", class: "digest" });
  return el("section", { class: "this-file" }, el("h3", {}, words.gettext("file.title")),
    said(atlas, scope).map((line) => el("p", {}, line)),
    el("p", {}, whole(words.gettext("file.check"))), el("p", {}, whole(words.gettext("file.record")), " ", record));
}

/** The lines that say what the file holds and what it leaves out. */
function said(atlas, scope) {
  const { words } = atlas;
  const date = (text) => words.date(toDay(text));
  const edition = date(atlas.record.data.atlas.edition);
  if (scope === null || (scope.rows === scope.all && scope.known_by === null)) return [words.gettext("file.whole", { edition })];
  const names = (all) => words.join(all.map((name) => words.isolate(words.pick(name))));
  const [west, south, east, north] = scope.box ?? [];
  const parts = [
    scope.layers ? words.gettext("file.layers", { names: names(scope.layers) }) : null,
    scope.zones ? words.gettext("file.zones", { names: names(scope.zones) }) : null,
    scope.layers || scope.zones ? null : words.gettext("file.layers_all"),
    scope.known_by ? words.gettext("file.known", { date: date(scope.known_by) }) : null,
    scope.box ? words.gettext("file.box", { west, south, east, north }) : null,
  ].filter(Boolean);
  const count = words.gettext("file.count", { rows: words.number(scope.rows), all: words.number(scope.all) });
  return [words.gettext("file.part", { edition, parts: parts.join(words.gettext("semicolon")) }), count, scope.known_by ? words.gettext("file.later") : null].filter(Boolean);
}

/** A text whose commands are not broken at their hyphens, nor turned among letters from right to left. */
function whole(text) {
  return text.split(/(tamas \w+ --\w+|SHA-256)/).map((part, at) => (at % 2 ? bdi(part, { dir: "ltr", class: "command" }) : part));
}
