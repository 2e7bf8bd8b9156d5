// What the atlas speaks for, in its standing lines, and what it was made from.

import { bdi, el, externalLink, said } from "./dom.js";
import { basemapCredits } from "./basemap.js";
import { toDay } from "./days.js";

export function about(atlas) {
  const { words, record, setup } = atlas;
  const { atlas: data } = record.data;
  const credits = [...new Set(record.order.flatMap((zone) => zone.all.flatMap((row) => String(row.attribution ?? "").split(/;\s+/))).filter(Boolean))].sort();
  const site = setup.pages?.[words.lang];
  return el("section", { class: "about" },
    site ? el("nav", { class: "onward", "aria-label": words.gettext("about") }, site.links.map(([path, text]) => el("a", { href: site.base + path }, text))) : null,
    el("p", {}, said(words, data.scope)),
    el("p", {}, said(words, data.borders)),
    el("p", { class: "strong" }, words.gettext("not_for")),
    el("details", {},
      el("summary", { "data-key": "about" }, words.gettext("about")),
      el("p", {}, words.gettext("speaks_for", { from: words.date(record.first), to: words.date(record.last) }), " ",
        words.gettext("edition", { date: words.date(toDay(data.edition) ?? record.last) }), "."),
      el("p", {}, said(words, data.corrections)),
      el("h3", {}, words.gettext("attribution")),
      el("ul", {}, credits.map((credit) => el("li", {}, bdi(credit))),
        basemapCredits(atlas).map((credit) => el("li", {}, bdi(credit)))),
      el("p", {}, words.gettext("software", setup.versions)),
      words.language.draft ? el("p", {}, words.gettext("draft_words")) : null,
      el("p", { class: "digest" }, words.gettext("digest"), " ", bdi(data.digest ?? "", { dir: "ltr" }))));
}

/** A source's address as a reader checks it: the host, and the link to the whole. */
export function sourceLink(address, text) {
  try {
    const { hostname } = new URL(address);
    return el("span", {}, externalLink(address, text), " ", bdi(hostname, { dir: "ltr", class: "host" }));
  } catch {
    return el("span", {}, text);
  }
}
