// The zone layers of one map, and the day that they all show.

// Narrower maps, in pixels, have no room for controls side by side.
const NARROW = 640;
// So many of those whose data the zones are stand in the map's line before it is opened.
const NAMED = 2;

/** @type {WeakMap<any, MapZones>} */
const known = new WeakMap();

export class MapZones {
  /** What is known of a map, made when first asked for. @returns {MapZones} */
  static of(map) {
    if (!known.has(map)) known.set(map, new MapZones(map));
    return known.get(map);
  }

  constructor(map) {
    this.map = map;
    // Patterns need SVG, also on a map that prefers a canvas; one for all keeps small above large.
    this.renderer = L.svg({ padding: 0.4 });
    /** @type {import("./zone_layer.js").ZoneLayer[]} */ this.layers = [];
    /** @type {number | null} */ this.day = null;
    /** @type {(() => void)[]} */ this.watching = [];
    this.narrow = map.getSize().x < NARROW;
    this.credit = "";
    // Leaflet's own line carries a flag; a map of agreements between parties shows none.
    map.attributionControl?.setPrefix("<a href=\"https://leafletjs.com\">Leaflet</a>");
    map.on("zoomend", () => this.layers.forEach((layer) => layer.symbology.rescale(map.getZoom())));
  }

  /** The corner of a control; on a narrow map all at the foot stand above each other, on one side. */
  corner(position, { rtl }) {
    return this.narrow ? position.replace(/bottom.*/, rtl ? "bottomright" : "bottomleft") : position;
  }

  add(layer) {
    this.layers.push(layer);
    layer.symbology.rescale(this.map.getZoom());
    layer.group.on("add remove", () => this.#tell());
    layer.begin(this);
    this.#tell();
  }

  /** Call someone whenever the day, or what is shown, changes. */
  watch(listener) {
    this.watching.push(listener);
    listener();
  }

  #tell() {
    this.#credit();
    for (const listener of this.watching) listener();
  }

  /** Say once for all layers whose data they show. */
  #credit() {
    const { attributionControl: line } = this.map;
    if (!line) return;
    /** @type {Map<string, number>} */
    const uses = new Map();
    for (const [part, n] of this.visible.flatMap((layer) => layer.data.credits)) uses.set(part, (uses.get(part) ?? 0) + n);
    const parts = [...uses].sort(([, a], [, b]) => b - a).map(([part]) => part);
    const said = creditOf(parts, this.narrow ? 1 : NAMED, this.layers[0]?.words);
    if (said === this.credit) return;
    line.removeAttribution(this.credit);
    this.credit = said;
    if (said) line.addAttribution(said);
  }

  set(day) {
    if (day === this.day) return;
    this.day = day;
    for (const layer of this.layers) layer.show(day);
    this.#tell();
  }

  /** The layers that are on the map. */
  get visible() {
    return this.layers.filter(({ group }) => this.map.hasLayer(group));
  }
}

/** Leaflet writes this as HTML: parts come escaped, the catalogue's phrases have nothing to escape. */
function creditOf(parts, named, words) {
  if (!parts.length) return "";
  const more = parts.length - named;
  const line = `${words.gettext("attribution")} ${words.join(parts.slice(0, named))}`;
  const all = more > 0 ? `<details><summary>${line} ${words.gettext("and_more", { n: more })}</summary>${words.join(parts.slice(named))}</details>` : line;
  return `<span class="tamas-credits" lang="${words.lang}" dir="${words.direction}">${all}</span>`;
}
