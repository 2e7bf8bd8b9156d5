// The panel: the list of the day, or the record of one zone. On a phone it is a sheet from below.

import { el, fill, icon } from "./dom.js";
import { about } from "./about.js";
import { list } from "./list.js";
import { zoneRecord } from "./zone.js";

const HEIGHTS = ["low", "half", "full"];

export function panel(atlas, root) {
  const { words } = atlas;
  const body = el("div", { class: "panel-body", id: "list", tabindex: -1 });
  const handle = el("button", { type: "button", class: "handle", "data-key": "handle" }, el("i"));
  const foot = el("footer", { class: "panel-foot" });
  fill(root, handle, body, foot);
  let before = null;
  size(atlas.state.zone ? "half" : "low");

  function size(name) {
    root.dataset.size = name;
    atlas.rename?.();
  }

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
    if (atlas.state.zone !== null) atlas.choose(null);
    body.focus();
  };

  function writeZone() {
    const zone = atlas.record.get(atlas.state.zone);
    const back = el("button", { type: "button", class: "back", "data-key": "back", on: { click: () => atlas.choose(null) } },
      icon("before", words.rtl), words.count("on_day", atlas.held.length));
    const close = el("button", { type: "button", class: "close", "data-key": "close", "aria-label": words.t("close"), title: words.t("close"), on: { click: () => atlas.choose(null) } }, icon("close"));
    fill(body, el("div", { class: "panel-head" }, back, close), zoneRecord(atlas, zone));
  }

  function write(changed) {
    const moved = changed.has("zone");
    if (moved && atlas.state.zone !== null) before = document.activeElement?.getAttribute("data-key") ?? null;
    if (atlas.state.zone !== null) writeZone();
    else fill(body, list(atlas), about(atlas));
    if (moved) {
      body.scrollTop = 0;
      follow();
    }
    root.setAttribute("aria-label", words.t("panel"));
    handle.setAttribute("aria-label", words.t("sheet"));
    fill(foot, el("p", {}, words.t("as_of", { date: words.date(atlas.state.on) })));
  }

  /** Take the focus into the record that was opened, and back to where it was opened from. */
  function follow() {
    if (!atlas.begun) return;
    if (atlas.state.zone !== null) {
      if (atlas.phone.matches && root.dataset.size === "low") size("half");
      body.querySelector("h2")?.focus({ preventScroll: true });
    } else {
      const again = [...body.querySelectorAll("[data-key]")].find((node) => node.getAttribute("data-key") === before);
      (again ?? body).focus({ preventScroll: !again });
    }
  }

  return {
    update(changed) {
      if (["on", "lang", "layers", "zone"].some((name) => changed.has(name))) write(changed);
      atlas.begun = true;
    },
  };
}
