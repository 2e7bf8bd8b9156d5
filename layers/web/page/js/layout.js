// The page's layouts by the size of its frame, as its style sheets have them, and what fits into one.

/** The panel is a sheet over the map, the timeline one bar; in a low frame that is folded. */
export const PHONE = "(max-width: 43.6875em), (max-height: 35.9375em)";
/** The tools stand in a menu. */
export const NARROW = "(max-width: 68.6875em), (max-height: 35.9375em)";
// What lies over a map leaves it at least this share of its sides.
const LEAST = 0.25;

/**
 * What a sheet leaves free of a map: all above it, or all beside a narrow one, which while low is in nobody's way.
 * @param {number[]} sheet left, top, right and bottom in pixels of the map @param {{x: number, y: number}} size of the map
 * @returns {number[]} the same
 */
export function clearOf([left, top, right], { x, y }) {
  if (right - left > x * 0.7) return [0, 0, x, top];
  if (top > y * 0.5) return [0, 0, x, y];
  return left > 0 ? [0, 0, left, y] : [right, 0, x, y];
}

/**
 * Show bounds in what lies over the map leaves free of it. Leaflet finds no zoom where nothing is left.
 * @param {any} map @param {any} bounds @param {{top?: number, right?: number, bottom?: number, left?: number}} covered pixels on each side
 * @param {Record<string, any>} [how]
 */
export function fitBounds(map, bounds, { top = 0, right = 0, bottom = 0, left = 0 }, how = {}) {
  const { x, y } = map.getSize();
  const across = Math.min(1, (x * (1 - LEAST)) / (left + right || 1));
  const down = Math.min(1, (y * (1 - LEAST)) / (top + bottom || 1));
  // Without a glide the view is drawn anew: Leaflet would move it by whole pixels from where it was.
  map.fitBounds(bounds, { ...how, reset: how.animate === false, paddingTopLeft: [left * across, top * down], paddingBottomRight: [right * across, bottom * down] });
}
