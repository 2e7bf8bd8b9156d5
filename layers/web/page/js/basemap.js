// The ground: sea, land, water, borders, roads. Nothing on it can be clicked.

// Soft white bands along the coast: width in px, opacity.
const BANDS = [[26, 0.3], [15, 0.26], [7, 0.3]];

export function basemap(atlas) {
  const { map, symbology: { colors } } = atlas;
  const ground = atlas.record.data.basemap ?? {};
  const renderer = L.svg({ pane: "base", padding: 0.4 });
  const draw = (collection, style) => {
    if (!collection) return null;
    return L.geoJSON(collection, { pane: "base", renderer, interactive: false, style }).addTo(map);
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
  // Without land the ground is one tone; with it, the clip edge of the data stays out of sight.
  if (!land) map.getContainer().classList.add("no-ground");
  else if (land.getBounds().isValid()) frame(land.getBounds());

  /** A map has an edge: outside the data lies paper, not sea. */
  function frame(bounds) {
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const hole = [[south, west], [north, west], [north, east], [south, east]];
    L.polygon([[[-85, -180], [85, -180], [85, 180], [-85, 180]], hole], {
      pane: "base", renderer, interactive: false, color: colors.rule_2, weight: 1, fillColor: colors.ground, fillOpacity: 1,
    }).addTo(map);
    // As an option they bound every view from the start; set by its method, Leaflet glides back later.
    map.options.maxBounds = bounds.pad(0.1);
  }
  return { update() {} };
}

/** What the ground was drawn from, as its files name it. */
export function basemapCredits(atlas) {
  return (atlas.record.data.backgrounds ?? []).map(({ publisher, licence }) => `${atlas.words.pick(publisher)} (${licence})`);
}
