// The head of the page: mark, name, title, the other language, and the list on a phone.

import { el, fill, icon, svg } from "./dom.js";

export function masthead(atlas, root) {
  const { words, record } = atlas;

  function mark() {
    const ring = (cx) => svg("circle", { cx, cy: 10, r: 7, fill: "none", stroke: "currentColor", "stroke-width": 2.4 });
    return svg("svg", { class: "mark-of-atlas", viewBox: "0 0 30 20", width: 30, height: 20, "aria-hidden": "true" }, ring(9), ring(20));
  }

  function write() {
    fill(root,
      el("a", { class: "skip", href: "#list", on: { click: (event) => { event.preventDefault(); atlas.openList(); } } }, words.t("skip")),
      el("div", { class: "brand" }, mark(), el("b", { class: "brand-name" }, words.t("atlas"))),
      el("h1", { class: "title" }, el("bdi", { dir: words.dir }, words.pick(record.data.atlas.title))),
      el("button", { type: "button", class: "list-button", "data-key": "list", "aria-label": words.t("list"), on: { click: () => atlas.openList() } }, icon("list")),
      el("button", { type: "button", class: "language", lang: words.other, "data-key": "language", on: { click: () => atlas.set({ lang: words.other }) } }, words.t("other_language")));
  }

  return { update: (changed) => changed.has("lang") && write() };
}
