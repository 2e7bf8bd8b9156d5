// Measure: the length of a line of points, along geodesics of the ellipsoid.

import { coordinates } from "./ask.js";
import { bdi, el } from "./dom.js";
import { lengthOf } from "./geodesy.js";

export function measureView(atlas) {
  const { words } = atlas;
  const points = atlas.measured();
  const add = ({ lat, lon }) => atlas.measure([...points, [lon, lat]]);
  return el("article", { class: "measure" },
    el("h2", { tabindex: -1 }, words.gettext("measure")),
    el("p", {}, words.gettext("measure_how")),
    points.length > 1 ? el("p", { class: "measure-total" }, el("bdi", {}, words.far(lengthOf(points)))) : null,
    el("ol", { class: "legs" }, points.map(([lon, lat], at) => el("li", {}, bdi(words.spot({ lat, lon }), { dir: "ltr" }),
      at ? el("span", {}, words.far(lengthOf([points[at - 1], [lon, lat]]))) : null))),
    points.length ? el("div", { class: "buttons" },
      el("button", { type: "button", class: "plain", "data-key": "undo", on: { click: () => atlas.measure(points.slice(0, -1)) } }, words.gettext("measure_back")),
      el("button", { type: "button", class: "plain", "data-key": "clear", on: { click: () => atlas.measure([]) } }, words.gettext("measure_clear"))) : null,
    coordinates(atlas, add, "measure_add"),
    el("p", { class: "quiet" }, words.gettext("ellipsoid"), " ", words.gettext("not_for")));
}
