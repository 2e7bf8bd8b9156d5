// The whole record in one strip: a bar a layer, and the chosen day across all of them.
// In Arabic time runs from right to left: the left arrow key is later, as the strip shows it.

import { entriesOf, isPlaceless } from "./contacts.js";
import { addMonths, iso, years } from "./days.js";
import { el, fill, svg } from "./dom.js";

const BAR = 10;

export function timeline(atlas, root) {
  const { words, record, symbology } = atlas;
  const track = el("div", { class: "track" });
  const axis = el("div", { class: "axis", "aria-hidden": "true" });
  const rows = el("div", { class: "rows" });
  const now = el("div", { class: "now", "aria-hidden": "true" }, el("span", { class: "flag" }));
  const then = el("div", { class: "then", "aria-hidden": "true" }, el("span", { class: "flag" }));
  const between = el("div", { class: "between", "aria-hidden": "true" });
  const unknown = el("div", { class: "unknown-after", "aria-hidden": "true" });
  const slider = el("input", { type: "range", class: "slider", min: record.first, max: record.last, step: 1 });
  const labels = el("div", { class: "row-names" });
  fill(track, axis, between, rows, unknown, then, now, slider);
  fill(root, labels, track);
  let width = 0;

  /** Distance of a day from the start of time, as a share of the strip. */
  function share(day) {
    return Math.min(1, Math.max(0, (day - record.first) / (record.last + 1 - record.first)));
  }

  slider.addEventListener("input", () => atlas.set({ on: Number(slider.value) }));
  slider.addEventListener("keydown", (event) => {
    const months = { PageUp: 1, PageDown: -1 }[event.key];
    if (!months) return;
    event.preventDefault();
    atlas.set({ on: record.clamp(addMonths(atlas.state.on, months)) });
  });
  // A press anywhere on the bars goes to that day; the slider keeps the keyboard.
  rows.addEventListener("pointerdown", (event) => {
    const box = rows.getBoundingClientRect();
    const along = words.rtl ? box.right - event.clientX : event.clientX - box.left;
    atlas.set({ on: record.clamp(record.first + Math.floor((along / box.width) * (record.last + 1 - record.first))) });
  });
  new ResizeObserver(() => {
    if (Math.abs(rows.clientWidth - width) < 1) return;
    drawRows();
    drawNow();
  }).observe(rows);
  atlas.phone.addEventListener("change", () => { drawRows(); drawNow(); });

  /** The years, fewer of them where the strip is short. */
  function drawAxis() {
    const every = width < 420 ? 2 : 1;
    fill(axis, years(record.first, record.last).map(({ year, day }) => {
      const half = share(day + 366) - share(day);
      const mark = el("span", { class: "year", vars: { at: `${share(day) * 100}%`, span: `${half * 100}%` } });
      if ((year - years(record.first, record.last)[0].year) % every === 0) mark.append(el("span", { "data-day": day }, String(year)));
      return mark;
    }));
  }

  function drawRows() {
    const chosen = atlas.state.zone ? record.get(atlas.state.zone) : null;
    const list = atlas.phone.matches ? record.layers.filter((layer) => layer.id === chosen?.layer) : record.layers;
    fill(labels, list.map((layer) => el("div", { class: `row-name${layer.id === chosen?.layer ? " chosen" : ""}${atlas.state.layers.has(layer.id) ? "" : " off"}`, vars: { kind: symbology.kind(layer.style).line } },
      symbology.marker(layer.style, { size: 0.85 }), el("bdi", { dir: words.direction }, words.pick(layer.title)))));
    // The names of the rows leave the strip its width.
    width = rows.clientWidth;
    drawAxis();
    fill(rows, list.length ? list.map((layer) => bar(layer, chosen)) : allChanges());
  }

  /** One layer's life, or the chosen zone's where it belongs to the layer. */
  function bar(layer, chosen) {
    const mine = chosen?.layer === layer.id;
    // A name without a boundary holds for ever: it would drown what the layer is about.
    const zones = mine ? [chosen] : record.order.filter((zone) => zone.layer === layer.id && (zone.type !== "label" || layer.style === "label"));
    if (zones.length && zones.every(isPlaceless)) return pointRow(layer, zones, mine);
    const strip = svg("svg", { class: `bar${mine ? " chosen" : ""}${atlas.state.layers.has(layer.id) ? "" : " off"}`, width, height: BAR + 4, "aria-hidden": "true" });
    const stretches = record.bar(zones);
    for (const stretch of stretches) strip.append(...piece(stretch, layer.style));
    // What the record leaves open goes on: a small arrow out of the strip.
    const last = stretches.at(-1);
    if (last && last.after > record.last && last.status !== "unknown") {
      const [edge, tip] = words.rtl ? [0, -6] : [width, width + 6];
      strip.append(svg("path", { d: `M${edge} 2 ${tip} ${2 + BAR / 2} ${edge} ${2 + BAR}Z`, fill: symbology.kind(layer.style).line, "fill-opacity": 0.75 }));
    }
    return el("div", { class: `row${mine ? " chosen" : ""}`, vars: { kind: symbology.kind(layer.style).line } }, strip);
  }

  /** Contacts and the like have no extent: a hollow point a step, on a line. */
  function pointRow(layer, zones, mine) {
    const { line } = symbology.kind(layer.style);
    const strip = svg("svg", { class: `bar${atlas.state.layers.has(layer.id) ? "" : " off"}`, width, height: BAR + 4, "aria-hidden": "true" },
      svg("path", { d: `M0 ${2 + BAR / 2}H${width}`, stroke: symbology.colors.edge, "stroke-width": 1 }));
    for (const { row } of entriesOf(record, zones)) {
      const x = share(row.from) * width;
      const here = row.from === atlas.state.on;
      strip.append(svg("circle", { cx: words.rtl ? width - x : x, cy: 2 + BAR / 2, r: 3.2, fill: here ? line : symbology.colors.paper, stroke: line, "stroke-width": 1.5 }));
    }
    return el("div", { class: `row${mine ? " chosen" : ""}`, vars: { kind: line } }, strip);
  }

  function span(from, after) {
    const [a, b] = [share(from) * width, share(after) * width];
    return { x: words.rtl ? width - b : a, width: Math.max(1.5, b - a) };
  }

  function piece({ from, after, status, holds, disputed }, type) {
    const { line } = symbology.kind(type);
    const { flat, dash } = symbology.state(status);
    const place = { ...span(from, after), y: 2, height: BAR };
    const faint = holds === "possible" ? 0.45 : 1;
    const strong = status === "in_effect" ? 0.55 : flat;
    return [
      svg("rect", { ...place, fill: line, "fill-opacity": strong * faint }),
      ...symbology.fills(type, status, disputed).map(({ pattern, opacity }) => svg("rect", { ...place, fill: symbology.paint(pattern, type, true), "fill-opacity": opacity * faint })),
      status === "unknown" ? null : svg("rect", { ...place, x: place.x + 0.5, y: 2.5, width: Math.max(0.5, place.width - 1), height: BAR - 1, fill: "none", stroke: line, "stroke-opacity": faint, "stroke-dasharray": dash ? "3 2" : null }),
    ].filter(Boolean);
  }

  /** On a phone with nothing chosen: every change as a tick on one quiet bar. */
  function allChanges() {
    const strip = svg("svg", { class: "bar", width, height: BAR + 4, "aria-hidden": "true" },
      svg("rect", { x: 0, y: 2, width, height: BAR, fill: symbology.colors.rule }));
    for (const day of record.changes(atlas.state.layers)) {
      strip.append(svg("rect", { x: words.rtl ? width - share(day) * width : share(day) * width, y: 2, width: 1, height: BAR, fill: symbology.colors.ink_3 }));
    }
    return el("div", { class: "row" }, strip);
  }

  /** A day's line with its flag; the flag opens outwards where another day is near. */
  function flag(line, day, outwards) {
    const at = share(day + 0.5);
    line.style.setProperty("--at", `${at * 100}%`);
    line.firstChild.textContent = words.date(day, true);
    line.classList.toggle("at-start", at * width < 50 || outwards === "later");
    line.classList.toggle("at-end", (1 - at) * width < 50 || outwards === "earlier");
    return at;
  }

  function drawNow() {
    const { on, compare, known } = atlas.state;
    const comparing = compare !== null;
    const at = flag(now, on, comparing ? (on >= compare ? "later" : "earlier") : null);
    const from = comparing ? flag(then, compare, on >= compare ? "earlier" : "later") : at;
    then.hidden = !comparing;
    between.hidden = !comparing;
    between.style.setProperty("--at", `${Math.min(at, from) * 100}%`);
    between.style.setProperty("--span", `${Math.abs(at - from) * 100}%`);
    unknown.hidden = known === null || known >= record.last;
    if (!unknown.hidden) unknown.style.setProperty("--at", `${share(known + 1) * 100}%`);
    slider.value = String(on);
    slider.setAttribute("aria-label", words.gettext("slider"));
    slider.setAttribute("aria-valuetext", words.gettext("slider_text", { date: words.date(on), count: words.ngettext("on_day", atlas.states.length) }));
    // The flag carries the year, so a year's name under it gives way.
    for (const name of axis.querySelectorAll("[data-day]")) {
      const middle = share(Number(name.getAttribute("data-day")) + 183) * width;
      const near = (place, aside) => Math.abs(middle - place * width - aside) < 62;
      const side = comparing ? (on >= compare ? 44 : -44) : 0;
      name.classList.toggle("covered", near(at, side) || (comparing && near(from, -side)));
    }
    root.dataset.on = iso(on);
  }

  return {
    update(changed) {
      if (changed.has("lang")) root.setAttribute("aria-label", words.gettext("slider"));
      if (["lang", "layers", "zone", "known", "evidence"].some((name) => changed.has(name))) drawRows();
      if (["on", "lang", "layers", "zone", "known", "compare", "evidence"].some((name) => changed.has(name))) drawNow();
    },
  };
}
