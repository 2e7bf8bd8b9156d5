// A zone's three readings as layers of Leaflet: colour by kind, pattern by status, strength by certainty.

/** How strongly to draw: 1 is in full. @typedef {{line: number, fill: number, grey?: boolean, ended?: boolean}} Strength */

/**
 * The readings of a row that has a shape, as one group, and how to draw it more or less strongly.
 * @param {any} shape GeoJSON geometries by reading; any may be missing
 * @param {{type: string, status: string, disputed: boolean}} row
 * @param {import("./symbology.js").Symbology} symbology
 * @param {{renderer: any, pane: string, markerPane: string}} where
 * @returns {{group: any, restyle: (how: Strength) => void}}
 */
export function drawShape(shape, { type, status, disputed }, symbology, { renderer, pane, markerPane }) {
  const { line } = symbology.kind(type);
  const { width, dash, cap, flat } = symbology.state(status);
  const group = L.featureGroup();
  const restyles = [];
  const pen = (weight, dashArray, how) => ({
    color: how.grey && !how.ended ? symbology.colors.edge : line,
    weight: how.ended ? Math.min(weight, 1.6) : weight,
    dashArray: how.ended ? "2 4" : dashArray,
    opacity: how.line,
  });
  const put = (geometry, style, interactive = true) => {
    if (!geometry) return;
    const layer = L.geoJSON(geometry, {
      pane, renderer, interactive, bubblingMouseEvents: false,
      pointToLayer: (_, at) => L.marker(at, { pane: markerPane, keyboard: false, icon: sign() }),
    });
    restyles.push((how) => layer.setStyle(style(how)));
    group.addLayer(layer);
  };
  const sign = () => L.divIcon({ html: symbology.marker(type, { status, size: 1.1 }), className: `mark mark-${type}`, iconSize: [26, 20] });
  const areal = /Polygon/.test(shape.nominal?.type ?? "Polygon");
  // The flat tint, the patterns over it, and chevrons where the status is disputed.
  const fills = [
    { paint: line, opacity: flat },
    ...symbology.fills(type, status, disputed).map(({ pattern, opacity }) => ({ paint: symbology.paint(pattern, type), opacity })),
  ];
  for (const [at, { paint, opacity }] of fills.entries()) {
    put(shape.outer, (how) => ({ stroke: at === 0, ...pen(0.7, null, how), fillColor: paint, fillOpacity: opacity * 0.36 * how.fill }));
    if (areal) put(shape.inner, (how) => ({ stroke: false, fillColor: paint, fillOpacity: opacity * how.fill }));
  }
  if (/Line/.test(shape.nominal?.type)) put(shape.nominal, (how) => ({ ...pen(6, null, how), color: symbology.colors.paper, fill: false }), false);
  put(shape.nominal, (how) => ({
    ...pen(areal ? width : 3, dash, how), lineCap: cap, fill: areal, fillColor: symbology.colors.paper, fillOpacity: 0,
  }));
  return { group, restyle: (how) => restyles.forEach((restyle) => restyle(how)) };
}

/** Degrees squared of the box around some layers: larger ones lie below smaller ones. */
export function sizeOf(group) {
  const bounds = group.getLayers().length ? group.getBounds() : null;
  return bounds?.isValid() ? (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth()) : 0;
}
