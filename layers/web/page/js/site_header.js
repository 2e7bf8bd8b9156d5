// The head of the page: mark, name, search, tools and the other language; on a phone a menu.

import { el, fill, icon, svg } from "./dom.js";
import { NARROW } from "./layout.js";
import { searchBox } from "./search.js";

export function siteHeader(atlas, root) {
  const { words, record } = atlas;
  const narrow = matchMedia(NARROW);
  let open = false;
  let search = null;

  function mark() {
    const ring = (cx) => svg("circle", { cx, cy: 10, r: 7, fill: "none", stroke: "currentColor", "stroke-width": 2.4 });
    return svg("svg", { class: "mark-of-atlas", viewBox: "0 0 30 20", width: 30, height: 20, "aria-hidden": "true" }, ring(9), ring(20));
  }

  function tool(name, label, act, on = null) {
    return el("button", {
      type: "button", class: "tool", "data-key": `tool ${name}`, "aria-pressed": on === null ? null : String(on), on: { click: () => { shut(); act(); } },
    }, icon(name), el("span", {}, words.gettext(label)));
  }

  function tools() {
    const { state } = atlas;
    return [
      tool("ask", "ask", () => atlas.tool("ask"), state.tool === "ask"),
      tool("compare", "compare", () => atlas.tool("compare"), state.compare !== null),
      tool("measure", "measure", () => atlas.tool("measure"), state.tool === "measure"),
      tool("link", "link", () => atlas.set({ view: state.view === "cite" ? null : "cite" }), state.view === "cite"),
      tool("print", "print", () => window.print()),
    ];
  }

  function shut() {
    open = false;
    root.classList.remove("menu-open");
  }

  /** The other language as a button; of more, a choice. */
  function languageChoice() {
    const tags = Object.keys(words.languages);
    const go = (lang) => { shut(); atlas.set({ lang }); };
    if (tags.length === 1) return null;
    if (tags.length === 2) return el("button", { type: "button", class: "language", lang: words.other, "data-key": "language", on: { click: () => go(words.other) } }, words.languages[words.other].name);
    const options = tags.map((tag) => el("option", { value: tag, lang: tag, ...(tag === words.lang ? { selected: "" } : {}) }, words.languages[tag].name));
    return el("select", { class: "language", "data-key": "language", "aria-label": words.gettext("languages"), on: { change: (event) => go(event.target.value) } }, options);
  }

  function write(changed) {
    if (changed.has("lang") || !search) search = searchBox(atlas);
    const language = languageChoice();
    const { publisher } = record.data.atlas;
    fill(root,
      el("a", { class: "skip", href: "#list", on: { click: (event) => { event.preventDefault(); atlas.openList(); } } }, words.gettext("skip")),
      el("div", { class: "brand" }, mark(), publisher ? el("b", { class: "brand-name" }, words.pick(publisher)) : null),
      el("h1", { class: "title" }, el("bdi", { dir: words.direction }, words.pick(record.data.atlas.title))),
      search,
      el("button", { type: "button", class: "list-button", "data-key": "list", "aria-label": words.gettext("list"), title: words.gettext("list"), on: { click: () => { shut(); atlas.openList(); } } }, icon("list")),
      el("button", { type: "button", class: "menu-button", "data-key": "menu", "aria-label": words.gettext("menu"), title: words.gettext("menu"), "aria-expanded": String(open), on: { click: () => { open = !open; write(new Set()); } } }, icon("menu")),
      el("div", { class: "tools", role: "group", "aria-label": words.gettext("tools") }, tools(), language));
    root.classList.toggle("menu-open", open);
  }

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    open = false;
    write(new Set());
    root.querySelector(".menu-button").focus();
  });
  narrow.addEventListener("change", () => { shut(); write(new Set()); });
  return { update: (changed) => ["lang", "tool", "compare", "view"].some((name) => changed.has(name)) && write(changed) };
}
