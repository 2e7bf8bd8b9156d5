// The zone layers of one map, and the day that they all show.

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
    map.on("zoomend", () => this.layers.forEach((layer) => layer.look.rescale(map.getZoom())));
  }

  add(layer) {
    this.layers.push(layer);
    layer.look.rescale(this.map.getZoom());
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
    for (const listener of this.watching) listener();
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
