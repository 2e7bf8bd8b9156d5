// What the Folium elements call; each call names the map and a block of data.

import { EventLayer } from "./event_layer.js";
import { drawBasemap } from "./map_ground.js";
import { MapZones } from "./map_zones.js";
import { PeriodSlider } from "./period_slider.js";
import { Translator } from "./translator.js";
import { decode } from "./polyline.js";
import { ZoneLayer } from "./zone_layer.js";
import { ZoneLegend } from "./zone_legend.js";

/** @type {Record<string, any>} */
const catalogues = {};
/** @type {Record<string, any>} */
const languages = {};

/** Take in the words of a language. */
export function speak({ lang, facts, phrases }) {
  languages[lang] = facts;
  catalogues[lang] = phrases;
}

function words(lang, kinds = {}) {
  return new Translator(languages, catalogues, lang, kinds);
}

function read(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** Return the layer of some zones; a map knows it whether or not it is shown. */
export function zoneLayer(map, id) {
  const data = decode(read(id));
  const layer = new ZoneLayer(data, words(data.lang, data.symbology.kinds), id);
  MapZones.of(map).add(layer);
  return layer.group;
}

/** Return the layer of counted events. */
export function eventLayer(map, id) {
  const data = read(id);
  return new EventLayer(data, words(data.lang)).begin(map);
}

/** Let a reader choose the day of all zones of a map. */
export function periodSlider(map, options) {
  return new PeriodSlider(MapZones.of(map), words(options.lang), options).control.addTo(map);
}

/** Say what the zones that a map shows look like. */
export function zoneLegend(map, options) {
  return new ZoneLegend(MapZones.of(map), words(options.lang), options).control.addTo(map);
}

/** Draw land, water, borders and the names of towns below everything. */
export function basemap(map, id) {
  const { lang, collections, ...data } = read(id);
  drawBasemap(map, { ...data, collections: decode({ shapes: {}, basemap: collections }).basemap }, words(lang));
}
