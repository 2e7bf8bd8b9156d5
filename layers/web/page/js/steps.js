// How a shape is drawn, step by step: the twin of layers/query/recipe_steps.py.

const MEASURES = new Set(["km", "left", "right", "length", "width", "degrees"]);
const WRITTEN = new Set(["step", "trace", "pairs", "name"]);

/** The steps of a shape in words. @param {any} atlas @param {any[]} steps @returns {string[]} */
export function stepLines({ words, record }, steps) {
  const places = new Map(record.data.places.map((place) => [place.id, place]));
  const thing = (one) => (typeof one === "number" ? `(${words.number(one)})` : words.pick(places.get(one)?.names) || one);
  const said = (name, value) => {
    if (MEASURES.has(name)) {
      const [low, high] = value.map((one) => words.number(one, 2));
      return low === high ? low : words.gettext("margins", { low, high });
    }
    if (name === "day") return words.formatEdtf(value);
    if (name === "zone") return words.pick(record.get(value)?.names) || value;
    if (name === "n") return words.number(value);
    if (WRITTEN.has(name)) return value;
    return words.join(name === "units" ? value : [value].flat().map(thing));
  };
  return steps.map((step) => words.gettext(`step.${step.step}`, Object.fromEntries(Object.entries(step).map(([name, value]) => [name, said(name, value)]))));
}
