// The panel: the list of the day, or the record of one zone. On a phone it is a sheet from below.

import { el, fill, icon } from "./dom.js";
import { about } from "./about.js";
import { askView } from "./ask.js";
import { citeView } from "./cite.js";
import { compareView } from "./compared.js";
import { contactsView } from "./contacts.js";
import { knownNote, list } from "./list.js";
import { measureView } from "./measure.js";
import { viewOf } from "./state.js";
import { zoneRecord } from "./zone.js";

const VIEWS = { ask: askView, cite: citeView, compare: compareView, contacts: contactsView, measure: measureView, zone: (atlas) => zoneRecord(atlas, atlas.record.get(atlas.state.zone)) };
const WRITTEN = ["on", "lang", "layers", "zone", "known", "compare", "ask", "tool", "view", "ground", "measure", "unfolded", "evidence"];
const HEIGHTS = ["low", "half", "full"];

export function panel(atlas, root) {
  const { words, record } = atlas;
  let shown = "";
  const body = el("div", { class: "panel-body", id: "list", tabindex: -1 });
  const handle = el("button", { type: "button", class: "handle", "data-key": "handle" }, el("i"));
  const foot = el("footer", { class: "panel-foot" });
  fill(root, handle, body, foot);
  let before = null;
  size(viewOf(atlas.state) === "list" ? "low" : "half");

  function size(name) {
    root.dataset.size = name;
    atlas.refresh("sheet");
  }
  /** What the sheet of a phone covers of the map where it comes to rest, not on its way: left, top, right, bottom; null without one. */
  atlas.sheet = () => {
    const share = Number(getComputedStyle(root).getPropertyValue("--covered"));
    const { x, y } = atlas.map.getSize();
    const wide = root.offsetWidth;
    return share ? [words.rtl ? x - wide : 0, y * (1 - share), words.rtl ? x : wide, y] : null;
  };

  handle.addEventListener("click", () => {
    if (dragged) return;
    size(HEIGHTS[(HEIGHTS.indexOf(root.dataset.size) + 1) % HEIGHTS.length]);
  });
  // A drag of the handle goes one height up or down.
  let from = null;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const moved = from - event.clientY;
    from = null;
    dragged = Math.abs(moved) > 24;
    if (!dragged) return;
    const at = HEIGHTS.indexOf(root.dataset.size) + Math.sign(moved);
    size(HEIGHTS[Math.min(HEIGHTS.length - 1, Math.max(0, at))]);
  });

  atlas.openList = () => {
    if (atlas.phone.matches) size("half");
    while (viewOf(atlas.state) !== "list") atlas.back();
    body.focus();
  };

  function head() {
    const back = el("button", { type: "button", class: "back", "data-key": "back", on: { click: () => atlas.back() } },
      icon("before", words.rtl), words.ngettext("on_day", atlas.states.length));
    const close = el("button", { type: "button", class: "close", "data-key": "close", "aria-label": words.gettext("close"), title: words.gettext("close"), on: { click: () => atlas.back() } }, icon("close"));
    return el("div", { class: "panel-head" }, back, close);
  }

  function write() {
    const view = viewOf(atlas.state);
    const now = view === "zone" ? `zone ${atlas.state.zone}` : view === "ask" ? `ask ${JSON.stringify(atlas.state.ask)}` : view;
    const moved = now !== shown;
    if (moved && shown === "list") before = document.activeElement?.getAttribute("data-key") ?? null;
    if (view === "list") {
      fill(body, knownNote(atlas, record.order), list(atlas), about(atlas));
      layOutLater();
    }
    else fill(body, head(), knownNote(atlas, view === "zone" ? [record.get(atlas.state.zone)] : record.order), VIEWS[view](atlas));
    if (moved) {
      shown = now;
      body.scrollTop = 0;
      follow(view);
      if (view === "contacts") body.querySelector("[data-near]")?.scrollIntoView({ block: "center" });
    }
    root.dataset.view = view;
    root.setAttribute("aria-label", words.gettext("panel"));
    handle.setAttribute("aria-label", words.gettext("sheet"));
    fill(foot, el("p", {}, words.gettext("as_of", { date: words.date(atlas.state.on) })),
      view === "cite" ? null : el("button", { type: "button", class: "dark", "data-key": "cite-view", on: { click: () => atlas.set({ view: "cite" }) } }, words.gettext("cite")));
  }

  /** Lay out all of the list before anybody can scroll to it: what moves under a press loses it. Days that follow each other at once need not wait for it. */
  function layOutLater() {
    body.classList.remove("laid-out");
    atlas.activity.inFrame("list", () => atlas.activity.inFrame("list layout", () => body.classList.add("laid-out")));
  }

  /** Take the focus into what was opened, and back to where it was opened from. */
  function follow(view) {
    if (!atlas.begun) return;
    if (view !== "list") {
      if (atlas.phone.matches && root.dataset.size === "low") size("half");
      body.querySelector("h2")?.focus({ preventScroll: true });
    } else {
      const again = [...document.querySelectorAll("[data-key]")].find((node) => node.getAttribute("data-key") === before);
      (again ?? body).focus({ preventScroll: !again });
    }
  }

  return {
    update(changed) {
      if (WRITTEN.some((name) => changed.has(name))) write();
      atlas.begun = true;
    },
  };
}
