// The ground: sea, land, water, borders, roads. Nothing on it can be clicked.

const TONE = { home: "#FBF9F4", land: "#EDE9E1", water: "#DDE7EB", river: "#A9C2CE", coast: "#8FA6B2", border: "#7A746A", road: "#B3A68F" };
// Soft white bands along the coast: width in px, opacity.
const BANDS = [[26, 0.3], [15, 0.26], [7, 0.3]];

export function basemap(atlas) {
  const { map } = atlas;
  const ground = atlas.record.data.basemap ?? {};
  const renderer = L.svg({ pane: "base", padding: 0.4 });
  const draw = (collection, style) => {
    if (!collection) return null;
    return L.geoJSON(collection, { pane: "base", renderer, interactive: false, style }).addTo(map);
  };
  for (const [weight, opacity] of BANDS) {
    draw(ground.coast ?? ground.land, { color: "#FFFFFF", weight, opacity, fill: false, lineJoin: "round" });
  }
  const land = draw(ground.land, (feature) => ({
    stroke: true, color: toneOf(feature), weight: 0.6, fillColor: toneOf(feature), fillOpacity: 1,
  }));
  draw(ground.lakes, { color: TONE.coast, weight: 0.7, fillColor: TONE.water, fillOpacity: 1 });
  draw(ground.rivers, { color: TONE.river, weight: 1.2, fill: false });
  draw(ground.coast, { color: TONE.coast, weight: 1, fill: false });
  draw(ground.governorates, { color: "#BDB8AE", weight: 0.8, dashArray: "3 3", fill: false });
  draw(ground.borders, { color: "#FFFFFF", weight: 3, opacity: 0.9, fill: false });
  draw(ground.borders, { color: TONE.border, weight: 1.2, dashArray: "9 3 2 3", fill: false });
  draw(ground.roads, { color: TONE.road, weight: 1.6, fill: false });
  // Without land the ground is one tone; with it, the clip edge of the data stays out of sight.
  if (!land) map.getContainer().classList.add("no-ground");
  else if (land.getBounds().isValid()) frame(land.getBounds());

  /** A map has an edge: outside the data lies paper, not sea. */
  function frame(bounds) {
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const hole = [[south, west], [north, west], [north, east], [south, east]];
    L.polygon([[[-85, -180], [85, -180], [85, 180], [-85, 180]], hole], {
      pane: "base", renderer, interactive: false, color: "#BDB8AE", weight: 1, fillColor: "#F5F2EC", fillOpacity: 1,
    }).addTo(map);
    // As an option they bound every view from the start; set by its method, Leaflet glides back later.
    map.options.maxBounds = bounds.pad(0.1);
  }
  return { update() {} };
}

function toneOf(feature) {
  return feature?.properties?.home ? TONE.home : TONE.land;
}

/** What the ground was drawn from, as its files name it. */
export function groundCredits(atlas) {
  return (atlas.record.data.grounds ?? []).map(({ publisher, licence }) => `${atlas.words.pick(publisher)} (${licence})`);
}
