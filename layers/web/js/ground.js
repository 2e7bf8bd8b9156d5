// The ground under the zones: sea, land, water, borders, roads. Nothing on it can be clicked.

// Soft white bands along the coast: width in px, opacity.
const BANDS = [[26, 0.3], [15, 0.26], [7, 0.3]];

/**
 * Draw the ground into a pane of a map.
 * @param {any} map @param {any} ground feature collections by the name of their file
 * @param {Record<string, string>} colors @param {string} pane
 * @returns {any} bounds of the land, null without any
 */
export function drawGround(map, ground, colors, pane) {
  const renderer = L.svg({ pane, padding: 0.4 });
  const draw = (collection, style) => {
    if (!collection) return null;
    return L.geoJSON(collection, { pane, renderer, interactive: false, style }).addTo(map);
  };
  for (const [weight, opacity] of BANDS) {
    draw(ground.coast ?? ground.land, { color: colors.paper, weight, opacity, fill: false, lineJoin: "round" });
  }
  const land = draw(ground.land, (feature) => {
    const color = feature?.properties?.home ? colors.home : colors.land;
    return { stroke: true, color, weight: 0.6, fillColor: color, fillOpacity: 1 };
  });
  draw(ground.lakes, { color: colors.coast, weight: 0.7, fillColor: colors.sea, fillOpacity: 1 });
  draw(ground.rivers, { color: colors.river, weight: 1.2, fill: false });
  draw(ground.coast, { color: colors.coast, weight: 1, fill: false });
  draw(ground.governorates, { color: colors.rule_2, weight: 0.8, dashArray: "3 3", fill: false });
  draw(ground.borders, { color: colors.paper, weight: 3, opacity: 0.9, fill: false });
  draw(ground.borders, { color: colors.border, weight: 1.2, dashArray: "9 3 2 3", fill: false });
  draw(ground.roads, { color: colors.road, weight: 1.6, fill: false });
  const bounds = land?.getBounds();
  if (!bounds?.isValid()) return null;
  frame();
  return bounds;

  /** A map has an edge: outside the data lies paper, not sea. */
  function frame() {
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const hole = [[south, west], [north, west], [north, east], [south, east]];
    L.polygon([[[-85, -180], [85, -180], [85, 180], [-85, 180]], hole], {
      pane, renderer, interactive: false, color: colors.rule_2, weight: 1, fillColor: colors.ground, fillOpacity: 1,
    }).addTo(map);
  }
}
