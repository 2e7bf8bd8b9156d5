// The sources of a zone: who published, when and how that is known, and what was taken from each.

import { sourceLink } from "./about.js";
import { bdi, el, said } from "./dom.js";

export function sources(atlas, evidence) {
  const { words } = atlas;
  return el("section", { class: "part" },
    el("div", { class: "part-title" }, el("h3", {}, words.gettext("sources")), el("span", {}, words.number(evidence.size))),
    el("ol", { class: "sources" }, [...evidence.values()].map((entry) => source(atlas, entry))));
}

function source(atlas, { number, source: of, claims }) {
  const { words } = atlas;
  const language = words.gettext("in_language", { language: words.languageName(of.language) });
  const when = of.published ? words.formatEdtf(of.published) : words.gettext("undated");
  const comma = words.gettext("comma");
  return el("li", { class: "source", id: `source-${number}`, tabindex: -1 },
    el("span", { class: "source-number", "aria-hidden": "true" }, String(number)),
    el("div", { class: "source-words" },
      el("p", {}, el("b", {}, said(words, of.publisher)), comma, bdi(when),
        of.published ? ` (${words.gettext(`published.${of.published_basis}`)})` : null,
        comma, words.gettext(`source_kind.${of.kind}`), comma, language),
      of.title ? el("p", {}, said(words, of.title)) : null,
      of.published_note ? el("p", { class: "quiet" }, said(words, of.published_note)) : null,
      of.url ? el("p", {}, sourceLink(of.url, words.gettext("open_source"))) : null,
      el("p", { class: "quiet", title: words.gettext("reliability_title") }, words.gettext("reliability", {
        source: words.gettext(`reliability_source.${of.reliability.source}`), information: words.gettext(`reliability_information.${of.reliability.information}`),
      })),
      claims.length ? el("ul", { class: "claims" }, claims.map((claim) => el("li", {}, taken(atlas, claim)))) : null));
}

function taken(atlas, claim) {
  const { words, record } = atlas;
  const actor = record.actor(claim.asserted_by);
  const facts = [
    actor ? words.pick(actor) : null,
    claim.stated_on ? words.gettext("stated_on", { date: words.formatEdtf(claim.stated_on) }) : null,
    claim.date ? words.gettext("speaks_of", { date: words.formatEdtf(claim.date) }) : null,
    claim.hedged ? words.gettext("hedged") : null,
    claim.start !== null && claim.end !== null && claim.start !== undefined
      ? words.gettext("characters", { from: words.number(claim.start), to: words.number(claim.end) })
      : claim.locator ? words.gettext("locator", { where: claim.locator }) : null,
  ].filter(Boolean);
  return [el("p", {}, said(words, claim.summary)), el("p", { class: "quiet" }, facts.join(words.gettext("semicolon")))];
}
