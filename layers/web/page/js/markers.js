// What a reader puts on the map: the pin of a question, and the line of a measurement.

import { el, svg } from "./dom.js";
import { lengthOf } from "./geodesy.js";
import { clearOf } from "./layout.js";

const PIN = "M13 34C13 34 2 20.5 2 13A11 11 0 0 1 24 13C24 20.5 13 34 13 34Z";

export function markers(atlas) {
  const { map, words, symbology: { colors } } = atlas;
  const layer = L.layerGroup().addTo(map);
  const renderer = L.svg({ pane: "selection", padding: 0.4 });
  /** @type {[number, number][]} */
  let measured = [];

  atlas.measured = () => measured;
  atlas.measure = (points) => {
    measured = points;
    draw();
    if (points.length > 1) atlas.say(words.far(lengthOf(points)));
    atlas.refresh("measure");
  };
  atlas.ask = ({ lat, lon }) => {
    if (!atlas.record.reaches([lon, lat])) return atlas.say(words.gettext("ask_beyond"));
    return atlas.set({ ask: { lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)) }, zone: null, view: null, tool: "ask" });
  };
  /** What a press on the map or on a zone of it means; false where it means nothing of ours. */
  atlas.pressed = ({ lat, lng }) => {
    const { tool } = atlas.state;
    if (tool === "measure") atlas.measure([...measured, [lng, lat]]);
    else if (tool === "ask") atlas.ask({ lat, lon: lng });
    return tool !== null;
  };
  map.on("click", (event) => {
    if (!atlas.pressed(event.latlng)) atlas.ask({ lat: event.latlng.lat, lon: event.latlng.lng });
  });
  map.on("contextmenu", (event) => atlas.ask({ lat: event.latlng.lat, lon: event.latlng.lng }));

  function pin() {
    const html = svg("svg", { viewBox: "0 0 26 36", width: 26, height: 36, "aria-hidden": "true" },
      svg("path", { d: PIN, fill: colors.ink, stroke: colors.paper, "stroke-width": 1.6 }),
      svg("path", { d: "M9.6 10.4a3.5 3.5 0 1 1 5 3.1c-1.1.6-1.5 1.1-1.5 2.4M13.1 19v.1", fill: "none", stroke: colors.paper, "stroke-width": 2, "stroke-linecap": "round" }));
    return L.divIcon({ html, className: "pin", iconSize: [26, 36], iconAnchor: [13, 34] });
  }

  /** Keep the point that was asked about clear of the sheet, on a phone. */
  function reveal() {
    const { ask } = atlas.state;
    const sheet = atlas.sheet();
    if (!ask || !sheet) return;
    const at = map.latLngToContainerPoint([ask.lat, ask.lon]);
    const [left, , right, bottom] = clearOf(sheet, map.getSize());
    const x = at.x > left && at.x < right ? 0 : at.x - (left + right) / 2;
    const y = at.y < 50 || at.y > bottom - 12 ? at.y - Math.max(Math.min(70, bottom / 2), bottom * 0.6) : 0;
    if (x || y) map.panBy([x, y], { animate: false });
  }

  function draw() {
    layer.clearLayers();
    const { ask, tool } = atlas.state;
    if (ask) L.marker([ask.lat, ask.lon], { pane: "signs", icon: pin(), keyboard: false, interactive: false }).addTo(layer);
    map.getContainer().classList.toggle("pointing", tool !== null);
    if (tool !== "measure") return;
    const points = measured.map(([lon, lat]) => L.latLng(lat, lon));
    const style = { pane: "selection", renderer, interactive: false };
    for (const [weight, color] of [[6, colors.paper], [2, colors.ink]]) L.polyline(points, { ...style, weight, color }).addTo(layer);
    points.forEach((at) => L.circleMarker(at, { ...style, radius: 4, weight: 2, color: colors.ink, fillColor: colors.paper, fillOpacity: 1 }).addTo(layer));
    if (points.length < 2) return;
    const text = words.far(lengthOf(measured));
    const html = el("span", { class: "measured" }, el("bdi", {}, text));
    L.marker(points.at(-1), { pane: "names", keyboard: false, interactive: false, icon: L.divIcon({ html, className: "measured-at", iconSize: [0, 0], iconAnchor: [-8, 24] }) }).addTo(layer);
  }

  return {
    update(changed) {
      if (changed.has("tool") && atlas.state.tool !== "measure") measured = [];
      if (["ask", "tool", "lang"].some((name) => changed.has(name))) draw();
      if (changed.has("ask") || changed.has("sheet")) reveal();
    },
  };
}
