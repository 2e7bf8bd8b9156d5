// The printed page: A4 landscape with title, date, map, what holds, sources and citation.
// The sheet is laid out at its size on paper before the browser prints, so that the map fills it.

import { basemapCredits } from "./basemap.js";
import { citation, linkOf } from "./cite.js";
import { bdi, el, fill, said } from "./dom.js";
import { isDisputed } from "./zones.js";

const MOST = 10;

export function print(atlas, root) {
  const { map, words, record, symbology } = atlas;
  let before = null;
  const head = el("header", { class: "sheet-head" });
  const aside = el("aside", { class: "sheet-aside" });
  const foot = el("footer", { class: "sheet-foot" });
  fill(root, head, aside, foot);

  function write() {
    const { state } = atlas;
    const { atlas: data } = record.data;
    const chosen = state.zone === null ? null : record.get(state.zone);
    fill(head, el("div", {}, el("p", { class: "sheet-title" }, said(words, data.title)),
      el("p", {}, state.compare === null ? words.date(state.on) : words.gettext("compare_days", { first: words.date(state.compare), second: words.date(state.on) }), " · ", words.ngettext("on_day", atlas.states.length),
        state.known === null ? null : [" · ", words.gettext("known_only", { date: words.date(state.known) })])),
    el("b", {}, words.pick(record.data.atlas.publisher)));
    fill(aside, el("h2", {}, words.gettext("on_this_day")), el("ul", {}, inView().slice(0, MOST).map(({ zone, lead }) => el("li", { vars: { kind: symbology.kind(zone.type).text } },
      symbology.legendSymbol(zone.type, lead.row.status, { disputed: isDisputed(lead.row) }),
      el("span", {}, el("b", {}, said(words, zone.names)), words.gettext("comma"), words.lowercaseInitial(words.status(lead.row.status, zone.type, lead.row.after)))))),
    inView().length > MOST ? el("p", {}, words.gettext("farther", { n: words.number(inView().length - MOST) })) : null,
    el("p", { class: "sheet-key" }, words.gettext("full_faded")));
    const cited = new Set((chosen ? [chosen] : inView().map(({ zone }) => zone)).flatMap((zone) => [...record.evidence(zone).keys()]));
    const named = [...new Set([...cited].map((id) => record.data.sources[id]).map((of) => `${words.isolate(words.pick(of.publisher))}${of.published ? `, ${words.formatEdtf(of.published)}` : ""}`))];
    const credits = [...new Set(record.order.flatMap((zone) => zone.all.flatMap((row) => String(row.attribution ?? "").split(/;\s+/))).filter(Boolean))].sort();
    fill(foot,
      el("p", {}, el("b", {}, words.gettext("sources"), ". "), named.slice(0, 14).map((name, at) => [at ? words.gettext("semicolon") : null, bdi(name, { dir: words.direction })]), named.length > 14 ? ` … ${words.gettext("farther", { n: words.number(named.length - 14) })}` : "."),
      el("p", {}, el("b", {}, words.gettext("read_first"), " "), words.gettext("interpretations"), " ", words.gettext("borders"), " ", words.gettext("not_for"), " ", words.gettext("scale_at")),
      el("p", {}, el("b", {}, words.gettext("cite"), ". "), citation(atlas), " ", bdi(linkOf(), { dir: "ltr", class: "address" }), " ", words.gettext("attribution"), " ", [...credits, ...basemapCredits(atlas)].map((credit, at) => [at ? words.gettext("semicolon") : null, bdi(credit)]), "."));
  }

  function inView() {
    const view = map.getBounds();
    return atlas.states.filter(({ zone }) => {
      const bounds = atlas.extentOf(zone.id);
      return zone.type !== "label" && bounds.isValid() && view.intersects(bounds);
    });
  }

  function begin() {
    if (before) return;
    before = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom(), home: atlas.isHome() };
    document.documentElement.classList.add("printing");
    // Words first: they decide how much room they leave to the map.
    write();
    map.invalidateSize({ animate: false });
    const [west, south, east, north] = record.data.home ?? [];
    if (before.home && record.data.home) map.fitBounds([[south, west], [north, east]], { padding: [20, 20], animate: false });
    else if (atlas.state.zone && atlas.extentOf(atlas.state.zone).isValid()) map.fitBounds(atlas.extentOf(atlas.state.zone), { padding: [40, 40], maxZoom: 11, animate: false });
    else map.fitBounds(before.bounds, { animate: false });
    atlas.renameNow();
    write();
  }

  function end() {
    if (!before) return;
    document.documentElement.classList.remove("printing");
    map.invalidateSize({ animate: false });
    map.setView(before.centre, before.zoom, { animate: false });
    before = null;
  }

  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  return { update() {} };
}
