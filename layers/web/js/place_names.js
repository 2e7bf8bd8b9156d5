// Names on a map, each where it first finds room, so that none lies over another.

import { el } from "./dom.js";

// Wider names, in pixels, may wrap.
const NARROW = 200;
// Least zoom at which a place of each rank is named.
export const FROM_ZOOM = { 1: 6, 2: 7, 3: 8, 4: 9.25, 5: 10 };
// Where to try a name: the share of its own size by which its box moves off the point, and a gap in px.
export const BESIDE = [[0, -0.5, 1, 0], [-1, -0.5, -1, 0], [-0.5, -1, 0, -1], [-0.5, 0, 0, 1]];

/** Left, top, right and bottom in pixels of the map. @typedef {number[]} Box */

/**
 * A name: its node, its point, where to try it, and the class of a dot at the point.
 * `first` gives boxes to try before the others, `leader` the line from one of them to what it names.
 * @typedef {{node: any, at: any, tries: number[][], gap: number, dot?: string, first?: (point: any, width: number, height: number) => Box[], leader?: (box: Box) => {from: any, to: any, color: string} | null}} Name
 */

/**
 * Write the names that find room, the most wanted first.
 * @param {any} map @param {any} layer an element of one of its panes @param {Name[]} names
 * @param {{taken: Box[], rtl: boolean}} options what names must leave free, and which way they run
 */
export function placeNames(map, layer, names, { taken, rtl }) {
  layer.replaceChildren(...names.map(({ node }) => node));
  const size = map.getSize();
  const origin = map.containerPointToLayerPoint([0, 0]);
  const boxes = [...taken];
  for (const { node } of names) if (node.offsetWidth > NARROW) fit(node);
  const measured = names.map(({ node }) => [node.offsetWidth, node.offsetHeight]);
  const dots = [];
  for (const [index, { node, at, tries, gap, dot, first, leader }] of names.entries()) {
    const [width, height] = measured[index];
    const point = map.latLngToContainerPoint(at);
    const beside = first?.(point, width, height) ?? [];
    const box = [...beside, ...tries.map(([x, y, gx, gy]) => {
      const side = rtl ? -1 : 1;
      const dx = rtl ? -1 - x : x;
      const left = point.x + dx * width + gx * side * gap;
      const top = point.y + y * height + gy * gap;
      return [left, top, left + width, top + height];
    })].find((candidate) => inside(candidate, size) && !boxes.some((other) => overlap(candidate, other)));
    const own = [point.x - 5, point.y - 5, point.x + 5, point.y + 5];
    if (!box || (dot && boxes.some((other) => overlap(own, other)))) {
      node.remove();
      continue;
    }
    boxes.push([box[0] - 3, box[1] - 1, box[2] + 3, box[3] + 1]);
    node.style.transform = `translate(${Math.round(box[0] + origin.x)}px, ${Math.round(box[1] + origin.y)}px)`;
    const led = beside.includes(box) && leader?.(box);
    if (led) layer.prepend(lineOf(led, origin));
    if (dot) {
      boxes.push(own);
      const spot = el("i", { class: dot });
      spot.style.transform = `translate(${Math.round(point.x + origin.x)}px, ${Math.round(point.y + origin.y)}px)`;
      dots.push(spot);
    }
  }
  layer.append(...dots);
}

/** @param {{from: any, to: any, color: string}} leader @param {any} origin of the layer */
function lineOf(leader, origin) {
  const line = el("i", { class: "leader", vars: { kind: leader.color } });
  const [from, to] = [leader.from, leader.to].map((end) => end.add(origin).round());
  line.style.width = `${from.distanceTo(to)}px`;
  line.style.transform = `translate(${from.x}px, ${from.y}px) rotate(${Math.atan2(to.y - from.y, to.x - from.x)}rad)`;
  return line;
}

/** A town's name; what stands in brackets after it is left out. */
export function townName({ names, rank, lat, lon }, words) {
  // A small place without a name in this language would stand in other letters among its own: leave it out.
  const name = rank <= 2 ? words.pick(names) : names[words.lang];
  if (!name) return null;
  const node = el("div", { class: `name town rank-${rank}` }, el("bdi", {}, String(name).replace(/\s*\([^)]*\)$/, "")));
  return { node, at: L.latLng(lat, lon), tries: BESIDE, gap: 7, dot: `dot dot-${rank}` };
}

/** A name that wraps keeps the width it might have had: give it that of its lines. */
function fit(node) {
  const lines = [...(node.querySelector(".first bdi")?.getClientRects() ?? [])].map((line) => line.width);
  if (lines.length < 2) return;
  const beside = (node.querySelector(".marker") ? 30 : 2) + (node.querySelector(".chip") ? 26 : 0);
  const wide = Math.max(lines[0], ...lines) + beside;
  if (wide < node.offsetWidth) node.style.width = `${Math.ceil(wide)}px`;
}

function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function inside(box, size) {
  return box[0] >= 2 && box[1] >= 2 && box[2] <= size.x - 2 && box[3] <= size.y - 2;
}
