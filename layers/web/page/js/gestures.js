// A map in somebody's article leaves one finger and the wheel to the article, and says how it is moved.
// `?gesture=greedy` gives them to the map all the same, `?gesture=cooperative` leaves them everywhere.

import { el } from "./dom.js";

export function gestures(atlas, root) {
  const { map, words } = atlas;
  const asked = new URLSearchParams(location.search).get("gesture");
  if (asked === "greedy" || (asked !== "cooperative" && window.parent === window)) return;
  const container = map.getContainer();
  const hint = el("p", { class: "gesture-hint", "aria-hidden": "true" });
  root.append(hint);
  hint.addEventListener("animationend", () => hint.classList.remove("shown"));
  container.classList.add("cooperative");

  function show(text) {
    hint.textContent = text;
    hint.classList.add("shown");
  }

  // A mouse drags as ever; two fingers are Leaflet's pinch, which moves the map too.
  container.addEventListener("pointerdown", ({ pointerType }) => {
    if (pointerType === "touch") map.dragging.disable();
    else map.dragging.enable();
  }, { capture: true });
  container.addEventListener("touchmove", ({ touches }) => {
    if (touches.length === 1) show(words.gettext("gesture_touch"));
    else hint.classList.remove("shown");
  }, { capture: true, passive: true });
  container.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) return hint.classList.remove("shown");
    if (event.target.closest(".legend")) return;
    event.stopPropagation();
    show(words.gettext("gesture_wheel", { key: /Mac/.test(navigator.userAgent) ? "⌘" : "Ctrl" }));
  }, { capture: true, passive: true });
}
