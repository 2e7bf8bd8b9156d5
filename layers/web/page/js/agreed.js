// What was agreed of a zone: each clause with its duty, its deadline and who said what of it.

import { clauseOn } from "./clauses.js";
import { toDay } from "./days.js";
import { bdi, el, said } from "./dom.js";

/** The clauses of a zone that had been signed by the page's day. @param {(zone: any) => any} link leads to a zone */
export function agreed(atlas, zone, cite, link) {
  const { record, state } = atlas;
  return record.clausesOf(zone)
    .filter(({ agreement }) => toDay(agreement.signed) <= state.on)
    .map((clause) => item(atlas, clause, cite, link));
}

function item(atlas, clause, cite, link) {
  const { words, record, state } = atlas;
  const { state: name, reports } = clauseOn(clause, state.on);
  const paragraph = clause.paragraph === null ? words.gettext("no_paragraph") : words.gettext("paragraph_n", { n: clause.paragraph });
  const title = words.join([words.pick(clause.agreement.title), words.lowercaseInitial(paragraph)]);
  const address = pageOf(atlas, clause.id);
  return el("li", { class: "agreed" },
    el("h4", {}, address ? el("a", { href: address, "data-key": `clause ${clause.id}` }, title) : title),
    el("p", {}, said(words, clause.summary), cite(clause.claim_ids)),
    el("p", { class: "quiet" }, bdi(duty(atlas, clause), { dir: words.direction })),
    el("p", {}, el("b", {}, words.gettext(`clause_state.${name}`))),
    reports.map((report) => el("p", { class: "quiet" }, bdi(line(words, record, report), { dir: words.direction }), cite([report.claim_id]))),
    clause.makes.length ? el("p", { class: "related" }, words.gettext("clause_makes"), " ", clause.makes.map((id, at) => [at ? words.gettext("comma") : null, link(record.get(id))])) : null);
}

/** Who must do what, towards whom and by when. */
function duty({ words, record }, clause) {
  const names = (ids) => words.join(ids.map((id) => words.pick(record.actor(id))));
  const due = toDay(clause.by_day ?? "");
  const by = due === null ? words.gettext("clause_no_deadline") : words.gettext("clause_by", { date: words.date(due) });
  return [
    words.gettext("clause_duty", { who: names(clause.who), duty: words.gettext(`duty.${clause.duty}`) }),
    clause.towards.length ? words.gettext("clause_towards", { who: names(clause.towards) }) : null,
    clause.by ? `${by} (${words.isolate(clause.by)})` : by,
  ].filter(Boolean).join(words.gettext("semicolon"));
}

function line(words, record, report) {
  return words.gettext("report_line", { who: words.pick(record.actor(report.speaker)), outcome: words.gettext(`outcome.${report.outcome}`), date: words.formatEdtf(report.date) });
}

/** Where a clause stands among the others: on the site, or among the service's data; a file has none. */
function pageOf({ words, setup }, id) {
  const site = setup.pages?.[words.lang];
  if (site) return `${site.base}agreements.html#${id}`;
  return setup.data ? `collections/clauses/items/${id}?f=html&lang=${words.lang}` : null;
}
