// The date: a step back, play, a step on, the day in words, and a field that takes a written day.

import { iso, readings } from "./days.js";
import { el, fill, icon } from "./dom.js";

/** A field that takes a written day, and says what it cannot use; `first` may be left to the caller. */
function dayField(atlas, { id, label, open = false, now, take }) {
  const { words, record } = atlas;
  const field = el("input", { type: "text", dir: "ltr", inputmode: "text", autocomplete: "off", spellcheck: "false", maxlength: 40, id });
  const form = el("form", { class: "day-form", novalidate: true }, field);
  const own = { field, form, answer: null, changed: () => {} };
  const reset = () => {
    own.answer = null;
    field.removeAttribute("aria-invalid");
    const day = now();
    field.value = day === null ? "" : iso(day);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (open && !field.value.trim()) return own.go(null);
    const found = readings(field.value, words.monthNames());
    const known = open ? found : found.filter((day) => day >= record.first && day <= record.last);
    if (known.length === 1) return own.go(known[0]);
    own.answer = { found, known };
    field.setAttribute("aria-invalid", "true");
    return own.changed();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    reset();
    own.changed();
  });
  field.addEventListener("blur", () => { if (!own.answer) reset(); });
  own.reset = reset;
  own.go = (day) => {
    own.answer = null;
    take(day);
    reset();
    own.changed();
  };
  own.name = () => {
    field.setAttribute("aria-label", words.gettext(label));
    if (open) field.setAttribute("placeholder", words.gettext("known_any"));
  };
  /** What the field has to say: nothing, a question, or why it cannot use what was written. */
  own.notice = () => {
    if (!own.answer) return [];
    const { found, known } = own.answer;
    if (known.length > 1) return [el("span", {}, words.gettext("date_which")), known.map((day) => el("button", { type: "button", on: { click: () => own.go(day) } }, words.date(day)))];
    return [el("span", {}, words.gettext(found.length ? "speaks_for" : "date_unread", { from: words.date(record.first), to: words.date(record.last) }))];
  };
  return own;
}

export function dates(atlas, root) {
  const { words, record } = atlas;
  const main = dayField(atlas, { id: "day-written", label: "date_field", now: () => atlas.state.on, take: (day) => { root.classList.remove("asking"); atlas.set({ on: day }); } });
  const first = dayField(atlas, { id: "first-day", label: "first_day_field", now: () => atlas.state.compare, take: (day) => { root.classList.remove("asking"); atlas.set({ compare: day }); } });
  const known = dayField(atlas, { id: "known-day", label: "known_field", open: true, now: () => atlas.state.known, take: (day) => atlas.set({ known: day }) });
  const fields = [main, first, known];
  const firstSteps = el("div", { class: "steps" });
  const steps = el("div", { class: "steps" });
  const shown = el("div", { class: "day" });
  const count = el("p", { class: "day-count" });
  const knownLabel = el("span", { class: "known-label" });
  const knownBox = el("div", { class: "known-box" }, knownLabel, known.form);
  const ends = el("div", { class: "compare-buttons" });
  const firstBox = el("div", { class: "first-day" });
  const message = el("div", { class: "day-message", role: "alert" });
  fill(root, firstBox, steps, shown, main.form, count, ends, knownBox, message);
  for (const field of fields) field.changed = write;

  function button(key, label, off, act) {
    const pausing = key === "play" && atlas.state.playing;
    return el("button", {
      type: "button", "data-key": key, "aria-label": words.gettext(label), title: words.gettext(label), "aria-disabled": off ? "true" : null, on: { click: act },
    }, icon(pausing ? "pause" : key.replace("first-", ""), words.rtl && !pausing));
  }

  /** Go to the change before or after the first of two days. */
  function stepFirst(days, direction) {
    const { compare } = atlas.state;
    const to = direction > 0 ? days.find((day) => day > compare) : days.findLast((day) => day < compare);
    if (to !== undefined) atlas.set({ compare: to });
  }

  function write() {
    const { on, playing, layers, compare, known: knownBy, dropped } = atlas.state;
    const days = record.changes(layers);
    const comparing = compare !== null;
    root.classList.toggle("comparing", comparing);
    fill(steps,
      button("before", comparing ? "second_previous" : "previous", !days.some((day) => day < on), () => atlas.step(-1)),
      comparing ? null : button("play", playing ? "pause" : "play", !days.some((day) => day > on), () => atlas.play(!playing)),
      button("after", comparing ? "second_next" : "next", !days.some((day) => day > on), () => atlas.step(1)));
    fill(shown, el("button", { type: "button", class: "day-words", "data-key": "day", tabindex: atlas.phone.matches || comparing ? 0 : -1, on: { click: () => open(main) } },
      comparing ? el("small", {}, words.gettext("second_day")) : null, words.date(on)));
    if (comparing) {
      fill(firstSteps, button("first-before", "first_previous", !days.some((day) => day < compare), () => stepFirst(days, -1)),
        button("first-after", "first_next", !days.some((day) => day > compare), () => stepFirst(days, 1)));
      fill(firstBox, firstSteps, el("button", { type: "button", class: "day-words", "data-key": "first-day", on: { click: () => open(first) } }, el("small", {}, words.gettext("first_day")), words.date(compare)), first.form, el("span", { class: "to-word" }, words.gettext("to_word")));
      fill(ends, el("button", { type: "button", class: "plain", "data-key": "swap", on: { click: () => atlas.set({ on: compare, compare: on }) } }, words.gettext("swap")),
        el("button", { type: "button", class: "plain", "data-key": "stop", on: { click: () => atlas.set({ compare: null }) } }, words.gettext("stop")));
    } else {
      fill(firstBox);
      fill(ends);
    }
    fill(count, words.ngettext("on_day", atlas.states.length));
    knownLabel.textContent = words.gettext("known_by");
    knownBox.classList.toggle("on", knownBy !== null);
    for (const field of fields) if (!field.answer && document.activeElement !== field.field) field.reset();
    if (!main.answer) main.field.value = iso(on);
    const said = fields.map((field) => field.notice()).find((one) => one.length) ?? (dropped ? [el("span", {}, words.gettext(dropped))] : []);
    fill(message, said);
    message.hidden = !message.firstChild;
  }

  /** Show the field of a day, where the layout keeps it out of sight. */
  function open({ field }) {
    root.classList.toggle("asking");
    field.focus();
    field.select();
  }

  return {
    update(changed) {
      if (changed.has("lang")) {
        root.setAttribute("aria-label", words.gettext("time"));
        for (const field of fields) field.name();
      }
      if (changed.has("on")) main.answer = null;
      if (changed.has("on") || changed.has("lang")) for (const field of fields) if (!field.answer) field.field.removeAttribute("aria-invalid");
      if (["on", "lang", "layers", "playing", "dropped", "known", "compare"].some((name) => changed.has(name))) write();
    },
  };
}
