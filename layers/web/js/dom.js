// Make elements from data. Text goes in as text: nothing here reads a string as HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Give a node its attributes, listeners and children.
 * `on` maps event names to listeners, `vars` custom properties to values; a null is left out.
 * @param {any} node @param {Record<string, any>} props @param {any[]} children @returns {any}
 */
function dress(node, { on = {}, vars = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (/^(on|style|src|srcdoc)/i.test(name)) throw new Error(`attribute ${name} is not for data`);
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  for (const [name, value] of Object.entries(vars)) node.style.setProperty(`--${name}`, value);
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @param {string} tag @param {Record<string, any>} [props] @param {...any} children @returns {any} an element of that tag */
export function el(tag, props = {}, ...children) {
  return dress(document.createElement(tag), props, children);
}

/** @param {string} tag @param {Record<string, any>} [props] @param {...any} children @returns {any} an element of that tag */
export function svg(tag, props = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), props, children);
}

/** A value in its own direction, whatever stands around it. @param {any} text */
export function bdi(text, props = {}) {
  return el("bdi", props, String(text));
}

/** A link to a page outside, or the bare text where the address is not plain http(s). */
export function externalLink(address, text) {
  let url = null;
  try {
    url = new URL(String(address));
  } catch {
    return el("span", {}, text);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return el("span", {}, text);
  return el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text);
}

/** Put other children into a node, keeping the focus where its key says it was. */
export function fill(node, ...children) {
  const active = document.activeElement;
  const key = active && node.contains(active) ? active.getAttribute("data-key") : null;
  node.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  if (key !== null) {
    const again = [...node.querySelectorAll("[data-key]")].find((n) => n.getAttribute("data-key") === key);
    if (again) again.focus({ preventScroll: true });
  }
}

/** Small line drawings for buttons, on a 20 px square. */
const ICONS = {
  before: "M12.5 4.5 7 10l5.5 5.5",
  after: "M7.5 4.5 13 10l-5.5 5.5",
  play: "M6.5 4.5v11l9-5.5z",
  pause: "M7 4.5v11M13 4.5v11",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  home: "M3.5 10 10 4l6.5 6M5.5 8.7V16h9V8.7",
  list: "M7.5 5h9M7.5 10h9M7.5 15h9M3.6 5h.1M3.6 10h.1M3.6 15h.1",
  find: "M8.5 3.5a5 5 0 1 1 0 10 5 5 0 1 1 0-10ZM12.3 12.3 17 17",
  menu: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13",
  ask: "M10 17.5C10 17.5 4.5 11.5 4.5 7.8a5.5 5.5 0 0 1 11 0C15.5 11.5 10 17.5 10 17.5ZM8.5 6.6a1.6 1.6 0 1 1 2.3 1.4c-.6.3-.8.6-.8 1.2M10 11v.1",
  compare: "M7.5 5a5 5 0 1 0 0 10 5 5 0 1 0 0-10ZM12.5 5a5 5 0 1 0 0 10 5 5 0 1 0 0-10Z",
  measure: "M3 13.5 13.5 3 17 6.5 6.5 17ZM6 10.5l1.5 1.5M9 7.5l1.5 1.5M12 4.5l1.5 1.5",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l2.9-2.9a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0l-2.9 2.9a3 3 0 0 0 4.3 4.3l1-1",
  print: "M6 8V3.5h8V8M6 14H3.5V8h13v6H14M6 11.5h8v5H6Z",
  swap: "M4 7.5h11l-3-3M16 12.5H5l3 3",
  close: "M5 5l10 10M15 5 5 15",
};

/** @param {keyof typeof ICONS} name; `turn` mirrors it, for what points along time. */
export function icon(name, turn = false) {
  const path = svg("path", { d: ICONS[name], fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" });
  return svg("svg", { class: turn ? "icon turned" : "icon", viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" }, path);
}

/** A text of the record, kept apart in its own language and direction. @param {import("./translator.js").Translator} words */
export function said(words, text) {
  return bdi(words.pick(text), { dir: words.direction, ...words.marks(text) });
}
