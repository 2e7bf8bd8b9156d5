// Cite this view: a plain citation and the link, each to copy.

import { iso } from "./days.js";
import { bdi, el } from "./dom.js";

/** What names this view in a sentence: the zone, the comparison or the atlas. */
export function citation(atlas) {
  const { words, record, state } = atlas;
  const { atlas: data } = record.data;
  const title = words.pick(data.title);
  const of = state.zone !== null ? words.pick(record.get(state.zone).names) : null;
  const parts = [
    ...(data.publisher ? [words.pick(data.publisher)] : []),
    of ? words.gettext("cite_zone", { zone: of, title }) : words.gettext("cite_atlas", { title }),
    state.compare === null ? words.gettext("cite_on", { date: words.date(state.on) }) : words.gettext("cite_between", { first: words.date(state.compare), second: words.date(state.on) }),
    state.known === null ? words.gettext("cite_all") : words.gettext("cite_known", { date: words.date(state.known) }),
  ];
  const edition = words.gettext("cite_edition", { edition: data.edition, digest: String(data.digest ?? "").slice(0, 12) });
  return `${words.join(parts)}. ${edition}`;
}

/** The address of this view; a file on a disk has none that others can open, so its place is left out. */
export function linkOf() {
  return location.protocol === "file:" ? location.hash : location.href;
}

export function citeView(atlas) {
  const { words, state } = atlas;
  const said = el("p", { class: "quiet" });
  const copy = async (text, done) => {
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = words.gettext(done);
    } catch {
      said.textContent = words.gettext("copy_fault");
    }
    atlas.say(said.textContent);
  };
  const text = el("p", {}, bdi(citation(atlas), { dir: words.direction }));
  const link = el("p", { class: "address" }, bdi(linkOf(), { dir: "ltr" }));
  return el("article", { class: "cited", "data-on": iso(state.on) },
    el("h2", { tabindex: -1 }, words.gettext("cite")),
    el("div", { class: "citation" }, text, link),
    el("div", { class: "buttons" },
      el("button", { type: "button", class: "dark", "data-key": "copy-citation", on: { click: () => copy(`${citation(atlas)} ${linkOf()}`, "copied_citation") } }, words.gettext("copy_citation")),
      el("button", { type: "button", class: "plain", "data-key": "copy-link", on: { click: () => copy(linkOf(), "copied_link") } }, words.gettext("copy_link"))),
    said,
    location.protocol === "file:" ? el("p", { class: "quiet" }, words.gettext("link_of_file")) : null);
}
