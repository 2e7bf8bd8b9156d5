// Pictures of the ground from elsewhere, for those online who ask for them; off until then.

export function tileLayers(atlas) {
  const { map, setup } = atlas;
  let tiles = null;

  function show() {
    tiles?.remove();
    const chosen = (setup.backgrounds ?? []).find(({ id }) => id === atlas.state.ground);
    // The attribution is written by the map's foot, as text.
    tiles = chosen ? L.tileLayer(chosen.tiles, { pane: "ground", maxZoom: 14, maxNativeZoom: chosen.max_zoom, crossOrigin: false, referrerPolicy: "origin" }).addTo(map) : null;
    map.getContainer().classList.toggle("pictured", Boolean(chosen));
  }

  return { update: (changed) => changed.has("ground") && show() };
}
