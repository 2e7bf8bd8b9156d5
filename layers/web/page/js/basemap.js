// The page's ground, and what it was drawn from.

import { drawGround } from "./ground.js";

export function basemap(atlas) {
  const { map, symbology: { colors } } = atlas;
  const ground = atlas.record.data.basemap ?? {};
  const bounds = drawGround(map, ground, colors, "base");
  // Without land the ground is one tone; with it, the clip edge of the data stays out of sight.
  if (!ground.land) map.getContainer().classList.add("no-ground");
  // As an option they bound every view from the start; set by its method, Leaflet glides back later.
  else if (bounds) map.options.maxBounds = bounds.pad(0.1);
  return { update() {} };
}

/** What the ground was drawn from, as its files name it. */
export function basemapCredits(atlas) {
  return (atlas.record.data.grounds ?? []).map(({ publisher, licence }) => `${atlas.words.pick(publisher)} (${licence})`);
}
