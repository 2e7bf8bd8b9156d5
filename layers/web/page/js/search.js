// Search: a combobox over places in every spelling, and over the zones by their names.

import { bdi, el, fill, icon } from "./dom.js";
import { find, folding } from "./normalize_name.js";

const MOST = 8;

/** Everything that can be found, with its names folded once. */
function indexOf(record, fold) {
  const named = (id, rank, names, more) => ({ id, rank, names: [...new Set(names.filter(Boolean))].map((name) => ({ name, folded: fold(name) })), ...more });
  const places = (record.data.places ?? []).map((place) => named(place.id, place.rank, [...Object.values(place.names), ...(place.spellings ?? [])], { place }));
  const zones = record.order.map((zone) => named(zone.id, 6, Object.values(zone.names), { zone }));
  return [...places, ...zones];
}

export function searchBox(atlas) {
  const { words, record, map } = atlas;
  const fold = folding(record.data.spellings);
  let index = null;
  /** The places that a text finds, best first, as the command lists them. */
  atlas.find = (text, most) => find(indexOf(record, fold).filter(({ place }) => place), text, most, fold);
  let found = [];
  let at = -1;
  const field = el("input", {
    type: "search", class: "search-field", role: "combobox", "data-key": "search", maxlength: 80, autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": "search-results", "aria-autocomplete": "list", "aria-label": words.gettext("search"), placeholder: words.gettext(atlas.phone.matches ? "search_short" : "search"),
  });
  const results = el("ul", { id: "search-results", role: "listbox", class: "search-results", "aria-label": words.gettext("search"), hidden: true });
  const said = el("p", { class: "search-said", hidden: true });

  function look() {
    if (!index || index.places !== record.data.places) index = Object.assign(indexOf(record, fold), { places: record.data.places });
    found = field.value.trim() ? find(index, field.value, MOST, fold) : [];
    at = -1;
    show();
  }

  function show() {
    const typed = Boolean(field.value.trim());
    const open = typed && found.length > 0;
    field.setAttribute("aria-expanded", String(open));
    if (at >= 0) field.setAttribute("aria-activedescendant", `result-${at}`);
    else field.removeAttribute("aria-activedescendant");
    fill(results, found.map(result));
    results.hidden = !open;
    said.hidden = !typed;
    said.textContent = typed ? words.ngettext("results", found.length) : "";
    if (at < 0 && typed) atlas.say(said.textContent);
    results.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  function result(item, which) {
    const name = words.pick((item.place ?? item.zone).names);
    const others = item.place ? item.names.map((one) => one.name).filter((other) => other !== name && other !== item.spelling) : [];
    return el("li", { id: `result-${which}`, role: "option", "aria-selected": String(which === at), class: "result", on: { click: () => take(item), pointerdown: (event) => event.preventDefault() } },
      el("span", { class: "result-name" }, bdi(name, { class: "strong" }), item.spelling !== name ? [words.gettext("comma"), el("u", {}, bdi(item.spelling))] : null),
      el("span", { class: "entry-state" }, item.zone ? words.kind(item.zone.type) : others.length ? words.gettext("also", { names: words.join(others.slice(0, 5)) }) : words.gettext("place")));
  }

  function take(item) {
    close();
    field.value = "";
    if (item.zone) return atlas.choose(item.zone.id);
    map.setView([item.place.lat, item.place.lon], Math.max(map.getZoom(), item.place.rank <= 2 ? 9.5 : 10.5), { animate: false });
    return atlas.ask({ lat: item.place.lat, lon: item.place.lon });
  }

  function close() {
    found = [];
    at = -1;
    results.hidden = true;
    said.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  field.addEventListener("input", look);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      at = (at + step + found.length + (at < 0 && step < 0 ? 1 : 0)) % found.length;
      show();
    } else if (event.key === "Enter" && found.length) {
      event.preventDefault();
      take(found[Math.max(0, at)]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      field.value = "";
      close();
    }
  });
  return el("div", { class: "search", role: "search" }, icon("find"), field, el("div", { class: "search-drop" }, results, said));
}
