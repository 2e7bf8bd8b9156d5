// The record as the page asks it: what holds on a day, when something changes, who says so.

import { toDay } from "./days.js";
import { covers } from "./geodesy.js";
import { asKnown, isStated } from "./known.js";
import { changeDays, holdsOn, inOrder, leading, withDays } from "./leading.js";
import { decode } from "./polyline.js";

// Kinds that somebody arranged, as against what somebody saw or named.
const SEEN = new Set(["incident", "position", "presence", "channel", "label"]);
const isArranged = (zone) => !SEEN.has(zone.type);

/**
 * A zone on one day: its rows that hold, and the row that the map draws.
 * @typedef {{zone: any, rows: {row: any, holds: "certain" | "possible"}[], lead: {row: any, holds: string}}} ZoneState
 */

export class Record {
  /** @param {any} data the page's data */
  constructor(data) {
    this.data = decode(data);
    this.rank = new Map(data.symbology.ranks.map((status, at) => [status, at]));
    this.first = toDay(data.atlas.record_from);
    this.last = toDay(data.atlas.record_to);
    this.opens = toDay(data.opens_on ?? "");
    this.layers = data.layers;
    this.layerIds = new Set(data.layers.map((layer) => layer.id));
    this.zones = new Map(Object.entries(data.zones).map(([id, zone]) => [id, { ...zone, id, rows: [], all: [] }]));
    for (const given of data.rows) {
      const zone = this.zones.get(given.zone_id);
      if (zone) zone.all.push(withDays(given));
    }
    this.order = data.layers.flatMap((layer) => layer.zones.map((id) => this.zones.get(id)));
    this.knownBy = null;
    this.know(null);
  }

  /** Whether the evidence has come: the service sends it after the first view. */
  get whole() {
    return this.data.claims !== undefined;
  }

  /** Take in what came after the first view. */
  complete(rest) {
    for (const [name, value] of Object.entries(rest)) {
      if (name === "rows") for (const zone of this.order) for (const row of zone.all) Object.assign(row, value[row.id]);
      else if (name === "zones") for (const [id, more] of Object.entries(value)) Object.assign(this.zones.get(id) ?? {}, more);
      else if (name === "geometries" || name === "shapes") Object.assign(this.data[name], value);
      else this.data[name] = value;
    }
    decode(this.data);
    this.know(this.knownBy);
  }

  /** Show the record as a reader could know it by the end of a day; null shows all of it. @param {number | null} knownBy */
  know(knownBy) {
    this.knownBy = knownBy;
    for (const zone of this.order) {
      zone.rows = knownBy === null ? [...zone.all] : zone.all.map((row) => asKnown(this.data, row, knownBy)).filter(Boolean);
      inOrder(zone.rows);
    }
  }

  get(id) {
    return this.zones.get(id);
  }

  /** The shape of a row; null where it has none, or where it has not come yet. */
  shapeOf(row) {
    const shape = this.data.shapes[row?.shape];
    return shape && ["nominal", "inner", "outer"].every((reading) => typeof shape[reading] !== "string") ? shape : null;
  }

  /** A zone on a day, or null where no row of it holds. @returns {ZoneState | null} */
  zoneOn(zone, day) {
    const rows = [];
    for (const row of zone.rows) {
      const holds = holdsOn(row, day);
      if (holds) rows.push({ row, holds });
    }
    return rows.length ? { zone, rows, lead: leading(rows, this.rank) } : null;
  }

  /** What holds on a day in the layers given, in the record's order. @returns {ZoneState[]} */
  zoneStatesOn(day, layers) {
    return this.order.filter((zone) => layers.has(zone.layer)).map((zone) => this.zoneOn(zone, day)).filter(Boolean);
  }

  /** Every day on which something starts, ends, or becomes certain, in order. @returns {number[]} */
  changes(layers) {
    if (this.changeCache?.layers !== layers || this.changeCache.knownBy !== this.knownBy) this.changeCache = { layers, knownBy: this.knownBy, days: this.#changes(layers) };
    return this.changeCache.days;
  }

  #changes(layers) {
    const days = new Set();
    for (const zone of this.order) {
      if (!layers.has(zone.layer)) continue;
      for (const row of zone.rows) {
        for (const day of changeDays(row)) days.add(day);
      }
    }
    return [...days].filter((day) => day >= this.first && day <= this.last).sort((a, b) => a - b);
  }

  /** The last day of change on which most zones are in effect, in whole or in part; what was merely seen does not count. */
  busiest() {
    let best = this.last;
    let most = -1;
    for (const day of this.changes(this.layerIds)) {
      const count = this.zoneStatesOn(day, this.layerIds).filter(({ zone, lead }) => isArranged(zone) && lead.holds === "certain" && this.rank.get(lead.row.status) <= 1).length;
      if (count >= most) [best, most] = [day, count];
    }
    return best;
  }

  /** A day on which the zone held at its strongest and surest. */
  dayOf(zone) {
    let best = null;
    for (const row of zone.rows) {
      const sure = row.surelyFrom !== null && (row.surelyTo === null || row.surelyTo >= row.surelyFrom);
      const weight = (sure ? 0 : 10) + this.rank.get(row.status);
      if (best === null || weight < best.weight) best = { weight, day: sure ? row.surelyFrom : row.from };
    }
    return best === null ? null : this.clamp(best.day);
  }

  /** Whether the atlas speaks of a point; without an extent it speaks of all. @param {[number, number]} spot */
  reaches(spot) {
    const { extent } = this.data.atlas;
    if (!extent) return Math.abs(spot[0]) <= 180 && Math.abs(spot[1]) <= 90;
    return covers({ type: "Polygon", coordinates: [extent] }, spot);
  }

  clamp(day) {
    return Math.min(this.last, Math.max(this.first, day));
  }

  /** The nearest day on which something of these layers holds, with the zone. */
  nearest(day, layers) {
    let best = null;
    for (const zone of this.order) {
      if (!layers.has(zone.layer)) continue;
      for (const row of zone.rows) {
        const near = this.clamp(row.from > day ? row.from : (row.to ?? day));
        if (holdsOn(row, near) && (best === null || Math.abs(near - day) < Math.abs(best.day - day))) best = { zone, day: near };
      }
    }
    return best;
  }

  /** One status a stretch of days: what a bar of the timeline shows. */
  bar(zones) {
    const ids = new Set(zones.map((zone) => zone.id));
    const edges = new Set([this.first, this.last + 1]);
    for (const zone of zones) {
      for (const row of zone.rows) {
        for (const edge of changeDays(row)) if (edge > this.first && edge <= this.last) edges.add(edge);
      }
    }
    const sorted = [...edges].sort((a, b) => a - b);
    const stretches = [];
    for (let at = 0; at + 1 < sorted.length; at += 1) {
      const states = this.order.filter((zone) => ids.has(zone.id)).map((zone) => this.zoneOn(zone, sorted[at])).filter(Boolean);
      if (!states.length) continue;
      const best = leading(states.map(({ lead }) => lead), this.rank);
      const last = stretches.at(-1);
      const disputed = states.some(({ lead }) => lead.row.disputed === true);
      if (last && last.after === sorted[at] && last.status === best.row.status && last.holds === best.holds && last.disputed === disputed) last.after = sorted[at + 1];
      else stretches.push({ from: sorted[at], after: sorted[at + 1], status: best.row.status, holds: best.holds, disputed });
    }
    return stretches;
  }

  /** Sources of a zone, numbered in order of first use, with the claims taken from each. */
  evidence(zone) {
    if (!this.whole) return new Map();
    const ids = new Set();
    for (const row of zone.rows) for (const id of [...row.claim_ids, ...row.end_claim_ids]) ids.add(id);
    for (const dispute of this.disputesOf(zone)) for (const side of dispute.sides) for (const id of side.claims) ids.add(id);
    for (const clause of this.clausesOf(zone)) for (const id of [...clause.claim_ids, ...clause.reports.map((report) => report.claim_id)]) ids.add(id);
    const numbered = new Map();
    const add = (id) => {
      if (this.data.sources[id] && !numbered.has(id)) numbered.set(id, { id, number: numbered.size + 1, source: this.data.sources[id], claims: [] });
      return numbered.get(id);
    };
    for (const id of ids) {
      const claim = this.data.claims[id];
      if (claim && isStated(claim, this.knownBy)) add(claim.source_id)?.claims.push({ ...claim, id });
    }
    for (const row of zone.rows) row.source_ids.forEach(add);
    return numbered;
  }

  /** The clauses that make a zone or hold in it, with what had been said of each. */
  clausesOf(zone) {
    const stated = (id) => isStated(this.data.claims[id], this.knownBy);
    return (this.data.agreements ?? []).flatMap(({ clauses, ...agreement }) => clauses
      .filter((clause) => [...clause.makes, ...clause.zones].includes(zone.id) && clause.claim_ids.some(stated))
      .map((clause) => ({
        ...clause,
        agreement,
        claim_ids: clause.claim_ids.filter(stated),
        reports: clause.reports.filter(({ claim_id: id }) => stated(id)),
      })));
  }

  disputesOf(zone) {
    const found = (zone.disputes ?? []).map((id) => this.data.disputes?.[id]).filter(Boolean);
    if (this.knownBy === null) return found;
    return found.filter(({ sides }) => sides.filter(({ claims }) => claims.some((id) => isStated(this.data.claims[id], this.knownBy))).length > 1);
  }

  variantsOf(zone) {
    return this.order.filter((other) => other.variant_of === zone.id && other.rows.length);
  }

  actor(id) {
    return this.data.actors?.[id] ?? null;
  }
}
