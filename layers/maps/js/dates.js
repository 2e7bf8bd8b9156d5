// The date: a step back, play, a step on, the day in words, and a field that takes a written day.

import { iso, readings } from "./days.js";
import { el, fill, icon } from "./dom.js";

export function dates(atlas, root) {
  const { words, record } = atlas;
  let answer = null;

  function ask(event) {
    event.preventDefault();
    const written = field.value;
    const found = readings(written, [words.tables.en, words.tables.ar]);
    const known = found.filter((day) => day >= record.first && day <= record.last);
    if (known.length === 1) return go(known[0]);
    answer = { found, known };
    field.setAttribute("aria-invalid", "true");
    write();
    return undefined;
  }

  function go(day) {
    answer = null;
    field.removeAttribute("aria-invalid");
    root.classList.remove("asking");
    if (day === atlas.state.on) write();
    else atlas.set({ on: day });
  }

  const field = el("input", { type: "text", dir: "ltr", inputmode: "text", autocomplete: "off", spellcheck: "false", maxlength: 40, id: "day-written" });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    go(atlas.state.on);
  });
  field.addEventListener("blur", () => { if (!answer) field.value = iso(atlas.state.on); });
  const form = el("form", { class: "day-form", novalidate: true, on: { submit: ask } });
  const steps = el("div", { class: "steps" });
  const shown = el("div", { class: "day" });
  const count = el("p", { class: "day-count" });
  const message = el("div", { class: "day-message", role: "alert" });
  fill(root, steps, shown, form, count, message);

  function notice() {
    if (answer) {
      if (answer.known.length > 1) return [el("span", {}, words.t("date_which")), answer.known.map(choice)];
      const key = answer.found.length ? "date_beyond" : "date_unread";
      return [el("span", {}, words.t(key, { from: words.date(record.first), to: words.date(record.last) }))];
    }
    if (atlas.state.dropped) return [el("span", {}, words.t(atlas.state.dropped))];
    return [];
  }

  function choice(day) {
    return el("button", { type: "button", on: { click: () => go(day) } }, words.date(day));
  }

  function write() {
    const { on, playing, layers } = atlas.state;
    const days = record.changes(layers);
    const button = (key, label, off, act) => el("button", {
      type: "button", "data-key": key, "aria-label": words.t(label), title: words.t(label), "aria-disabled": off ? "true" : null, on: { click: act },
    }, icon(key === "play" && playing ? "pause" : key, words.rtl && !(key === "play" && playing)));
    fill(steps,
      button("before", "previous", !days.some((day) => day < on), () => atlas.step(-1)),
      button("play", playing ? "pause" : "play", !days.some((day) => day > on), () => atlas.play(!playing)),
      button("after", "next", !days.some((day) => day > on), () => atlas.step(1)));
    fill(shown, el("button", { type: "button", class: "day-words", "data-key": "day", tabindex: atlas.phone.matches ? 0 : -1, on: { click: open } }, words.date(on)));
    fill(count, words.count("on_day", atlas.held.length));
    if (!answer) field.value = iso(on);
    fill(message, notice());
    message.hidden = !message.firstChild;
  }

  function open() {
    root.classList.toggle("asking");
    field.focus();
    field.select();
  }

  function label() {
    root.setAttribute("aria-label", words.t("time"));
    field.setAttribute("aria-label", words.t("date_field"));
    if (!form.contains(field)) form.append(field);
  }

  return {
    update(changed) {
      if (changed.has("lang")) label();
      if (changed.has("on")) answer = null;
      if (changed.has("on") || changed.has("lang")) field.removeAttribute("aria-invalid");
      if (["on", "lang", "layers", "playing", "dropped"].some((name) => changed.has(name))) write();
    },
  };
}
