// Where in the country the map looks: its outline, what holds on the day, and the frame of the view.

import { svg } from "./dom.js";

const MOST = 120;
const [WIDE, HIGH] = [170, 116];

export function locator(atlas, root) {
  const { map, record, symbology } = atlas;
  const bounds = homeBounds(record);
  map.getContainer().append(root);
  root.setAttribute("data-reserve", "");
  root.setAttribute("aria-hidden", "true");
  if (!bounds) root.remove();

  const mercator = (lat) => Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360));
  const [west, south, east, north] = bounds ?? [0, 0, 1, 1];
  const [low, high] = [mercator(south), mercator(north)];
  const scale = Math.min((WIDE - 12) / (((east - west) * Math.PI) / 180), (HIGH - 12) / (high - low));
  const x = (lon) => WIDE / 2 + (((lon - (west + east) / 2) * Math.PI) / 180) * scale;
  const y = (lat) => HIGH / 2 - (mercator(Math.max(-85, Math.min(85, lat))) - (low + high) / 2) * scale;
  const path = (geometry) => rings(geometry).map((ring) => `M${ring.map(([lon, lat]) => `${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join("L")}Z`).join("");
  const frame = svg("rect", { class: "locator-frame" });
  const zones = svg("g");
  if (bounds) {
    const land = homes(record).map((feature) => svg("path", { d: path(feature.geometry), fill: symbology.colors.home, stroke: symbology.colors.border, "stroke-width": 0.8 }));
    root.append(svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH }, land, zones, frame));
  }

  function drawZones() {
    zones.replaceChildren(...atlas.states.slice(0, MOST).map(({ zone, lead }) => {
      const shape = record.shapeOf(lead.row);
      const best = shape?.nominal ?? shape?.outer;
      if (!/Polygon/.test(best?.type ?? "")) return null;
      const { line } = symbology.kind(zone.type);
      return svg("path", { d: path(best), fill: line, "fill-opacity": 0.25, stroke: line, "stroke-width": 0.6 });
    }).filter(Boolean));
  }

  function drawFrame() {
    const view = map.getBounds();
    const [left, right] = [Math.max(1, x(view.getWest())), Math.min(WIDE - 1, x(view.getEast()))];
    const [top, bottom] = [Math.max(1, y(view.getNorth())), Math.min(HIGH - 1, y(view.getSouth()))];
    // A view of the whole country has nothing to locate.
    root.hidden = !bounds || (right - left > WIDE * 0.72 && bottom - top > HIGH * 0.72) || right <= left || bottom <= top;
    for (const [name, value] of Object.entries({ x: left, y: top, width: Math.max(3, right - left), height: Math.max(3, bottom - top) })) frame.setAttribute(name, String(value));
  }

  map.on("moveend resize", drawFrame);
  return {
    update(changed) {
      if (!bounds) return;
      if (["on", "layers", "known", "evidence"].some((name) => changed.has(name)) && !atlas.state.playing) drawZones();
      drawFrame();
    },
  };
}

function homes(record) {
  return (record.data.basemap?.land?.features ?? []).filter((feature) => feature.properties?.home);
}

function rings(geometry) {
  return geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
}

function homeBounds(record) {
  const all = homes(record).flatMap((feature) => rings(feature.geometry).flat());
  if (all.length < 40) return null;
  const [lons, lats] = [all.map(([lon]) => lon), all.map(([, lat]) => lat)];
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
