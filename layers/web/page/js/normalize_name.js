// A name without what its spellings disagree on, and how like two names are: the rules of
// layers/query/search.py, letter for letter, so that the page finds what the command finds.

const LETTER = "[\\p{L}\\p{N}_]";
const EDGE = `(?<!${LETTER})`;
const END = `(?!${LETTER})`;
const ARABIC = { "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ء": "", "ـ": "", "ک": "ك", "ی": "ي" };
const CYRILLIC = Object.fromEntries("a b v g g d e e zh z y i k l m n o p r s t u f kh ts ch sh shch  y  e yu ya c dj j lj nj dz".split(" ").map((latin, at) => ["абвгґдеєжзиіклмнопрстуфхцчшщъыьэюяћђјљњџ"[at], latin]));
const LATIN_ARTICLE = new RegExp(`${EDGE}(?:al|el|ar|as|ash|at|ad|an|az)[- ](?=${LETTER}{3})`, "gu");
const ARABIC_ARTICLE = new RegExp(`${EDGE}ال(?=${LETTER}{2})`, "gu");
/** @type {[RegExp, string][]} */
const SOUNDS = [
  [/kh/g, "k"], [/gh/g, "g"], [/dh/g, "d"], [/th/g, "t"], [/sh/g, "s"], [/q/g, "k"], [/[nm](?=b)/g, "n"],
  [new RegExp(`(?<=${LETTER})h${END}`, "gu"), ""],
  [/ou|oo|uu|aw|au|o|u/g, "u"], [/ee|ei|ai|ay|ey|iy|i|y|e/g, "i"],
  [new RegExp(`(${LETTER})\\1+`, "gu"), "$1"],
];
const LEAST_SCORE = 80;

function plainArabic(text) {
  return text.replace(/[أإآٱىئؤةءـکی]/g, (letter) => ARABIC[letter]);
}

/** @param {string} text */
export function normalizeName(text) {
  let plain = plainArabic(text.toLowerCase()).normalize("NFKD").replace(/\p{M}/gu, "");
  plain = plainArabic(plain).replace(/['’ʿʾ\u0060´]/g, "").replace(LATIN_ARTICLE, "").replace(ARABIC_ARTICLE, "");
  plain = (plain.match(new RegExp(`${LETTER}+`, "gu")) ?? []).join(" ").replace(/[а-яіґєћђјљњџ]/g, (letter) => CYRILLIC[letter] ?? letter);
  for (const [sound, letter] of SOUNDS) plain = plain.replace(sound, letter);
  return plain;
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
export function find(items, text, limit) {
  const wanted = normalizeName(text.slice(0, 200));
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
