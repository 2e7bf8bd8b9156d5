// A name without what its spellings disagree on, and how like two names are: the twin of
// layers/query/search.py, by the same rules, so that the page finds what the command finds.

const LETTER = "[\\p{L}\\p{N}_]";
const LEAST_SCORE = 80;

/**
 * The fold of names by the rules that the atlas's own names need.
 * @param {{letters: string, articles: string[], readings: string, sounds: string[][]}} rules letters, each with what it is taken for
 */
export function folding({ letters, articles, readings, sounds }) {
  const pattern = (written) => new RegExp(written.replaceAll("\\w", LETTER), "gu");
  const reader = (pairs) => {
    const table = new Map(pairs.split(" ").map(([letter, ...taken]) => [letter, taken.join("")]));
    return (text) => text.replace(/./gsu, (letter) => table.get(letter) ?? letter);
  };
  const [one, read] = [reader(letters), reader(readings)];
  const words = pattern("\\w+");
  const gone = articles.map(pattern);
  const alike = sounds.map(([sound, letter]) => [pattern(sound), letter]);
  return (text) => {
    let plain = one(text.toLowerCase()).normalize("NFKD").replace(/\p{M}/gu, "");
    plain = one(plain).replace(/['’ʿʾ\u0060´]/g, "");
    for (const article of gone) plain = plain.replace(article, "");
    plain = read((plain.match(words) ?? []).join(" "));
    for (const [sound, letter] of alike) plain = plain.replace(sound, letter);
    return plain;
  };
}

/** 100 for the same when folded, 95 for a beginning or a whole word, else how many letters are shared. */
function score(name, wanted) {
  if (name === wanted) return 100;
  if (name.startsWith(wanted) && wanted.length > 1) return 95;
  if (` ${name} `.includes(` ${wanted} `)) return 95;
  return Math.min(94, likeness(name, wanted));
}

/** Twice the longest common subsequence over both lengths, in per cent. */
function likeness(a, b) {
  const [long, short] = [[...a], [...b]];
  if (!long.length && !short.length) return 100;
  let before = new Array(short.length + 1).fill(0);
  for (const letter of long) {
    const row = [0];
    for (let at = 1; at <= short.length; at += 1) row.push(letter === short[at - 1] ? before[at - 1] + 1 : Math.max(before[at], row[at - 1]));
    before = row;
  }
  return (200 * before[short.length]) / (long.length + short.length);
}

/** The best matches among things with names: each with the spelling that matched. */
export function find(items, text, limit, fold) {
  const wanted = fold(text.slice(0, 200));
  if (!wanted) return [];
  const typed = text.toLowerCase();
  const found = [];
  for (const item of items) {
    let best = null;
    for (const { name, folded } of item.names) {
      const value = score(folded, wanted);
      const same = name.toLowerCase() === typed;
      if (!best || value > best.score || (value === best.score && same && !best.same)) best = { score: value, same, spelling: name };
    }
    if (best && best.score >= LEAST_SCORE) found.push({ ...item, score: best.score, spelling: best.spelling });
  }
  found.sort((a, b) => b.score - a.score || a.rank - b.rank || (a.id < b.id ? -1 : 1));
  return found.slice(0, limit);
}
