// Finds the parts of pages that hold all the words that were asked for: the words themselves, others with their stem or beginning,
// other names of the same. `searchindex.js` holds the texts. Words are kept in maps: an object has names of its own.
"use strict";
(() => {
  const spoken = JSON.parse(document.documentElement.dataset.words ?? "{}"); // of a page that is not in English
  const say = (text, ...values) => (spoken[text] ?? text).replace(/\{(\d)\}/g, (_, place) => values[place]);
  const SHOWN = 100, BEFORE = 8, AFTER = 30; // results; words of an excerpt
  const stemmer = new Stemmer();
  const remembered = (compute) => {
    const known = new Map();
    return (key) => known.get(key) ?? known.set(key, compute(key)).get(key);
  };
  const fold = remembered((text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase());
  const stem = remembered((word) => stemmer.stemWord(word));
  /** The words of a text, Chinese ones letter by letter, folded, with where they stand. */
  const words = (text) => [...text.matchAll(/\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}\p{M}])+/gu)].map(({ 0: word, index }) =>
    ({ word: fold(word), from: index, to: index + word.length }));

  const groups = new Map(SEARCHED.same.flatMap((group) => group.map((name) => [name, group])));
  const longest = Math.max(1, ...[...groups.keys()].map((name) => name.split(" ").length));
  /** What is asked for: of each term its names, each a list of tests of one word. */
  const terms = (asked) => {
    const exact = (word) => (other) => other === word;
    const alike = (word) => remembered((other) => other === word || stem(other) === stem(word)
      || (word.length > 2 && isNaN(word) && other.startsWith(word)));
    const found = [];
    for (let at = 0, size; at < asked.length; at += size) {
      for (size = Math.min(longest, asked.length - at); size > 1; size -= 1)
        if (groups.has(asked.slice(at, at + size).join(" "))) break;
      const own = asked.slice(at, at + size), others = groups.get(own.join(" ")) ?? [];
      if (others.length || !STOPWORDS.has(own[0]))
        found.push([own.map(others.length ? exact : alike), ...others.map((name) => name.split(" ").map(exact))]);
    }
    return found.length ? found : asked.map((word) => [[exact(word)]]);
  };
  /** Where a name of a term stands among words: places and lengths. */
  const places = (held, term) => held.flatMap((_, at) => {
    const name = term.find((tests) => tests.every((test, n) => held[at + n] && test(held[at + n].word)));
    return name ? [{ at, size: name.length }] : [];
  });

  const texts = SEARCHED.pages.map(([address, title, text]) => ({ address, title, text }));
  const judge = (page, asked, wanted) => {
    page.head ??= words(page.title);
    page.body ??= words(page.text);
    const inHead = wanted.map((term) => places(page.head, term)), inBody = wanted.map((term) => places(page.body, term));
    if (wanted.some((_, n) => !inHead[n].length && !inBody[n].length)) return { ...page, score: 0 };
    const named = page.head.some((_, at) => asked.every((word, n) => page.head[at + n]?.word === word));
    let score = named ? 30 + 50 * asked.length / page.head.length : 0; // the shorter a title that has the words in a row, the better
    wanted.forEach((_, n) => { score += (inHead[n].length ? 10 : 0) + 10 * inBody[n].length / (inBody[n].length + 5) + 1; });
    return { ...page, score, hits: inBody };
  };

  /** The words around the place where most terms meet, those asked for marked. */
  const excerpt = ({ text, body, hits }) => {
    const line = document.createElement("p");
    line.className = "context";
    const met = (at) => hits.filter((one) => one.some((hit) => hit.at >= at && hit.at < at + AFTER)).length;
    const all = hits.flat().sort((a, b) => a.at - b.at);
    const best = all.slice(0, 200).reduce((one, hit) => (met(hit.at) > met(one.at) ? hit : one), all[0] ?? { at: 0 });
    const first = Math.max(0, best.at - BEFORE), last = Math.min(body.length, best.at + AFTER) - 1;
    if (last < 0) return line;
    let done = body[first].from;
    line.append(first ? "… " : "");
    for (const { at, size } of all.filter((hit) => hit.at >= first && hit.at + hit.size - 1 <= last)) {
      if (body[at].from < done) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(body[at].from, body[at + size - 1].to);
      line.append(text.slice(done, body[at].from), mark);
      done = body[at + size - 1].to;
    }
    line.append(last < body.length - 1 ? `${text.slice(done, body[last].to)} …` : text.slice(done));
    return line;
  };

  const show = (asked) => {
    const wanted = terms(asked);
    const found = texts.map((page) => judge(page, asked, wanted)).filter(({ score }) => asked.length && score).sort((a, b) => b.score - a.score);
    const list = document.createElement("ul");
    for (const page of found.slice(0, SHOWN)) {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = page.address;
      link.textContent = page.title;
      item.append(link, excerpt(page));
      list.append(item);
    }
    document.getElementById("search-results").replaceChildren(...(found.length ? [list] : []));
    const shown = found.length > SHOWN ? say("; the first {0} are shown", SHOWN) : "";
    document.getElementById("search-progress").textContent = found.length
      ? say(found.length === 1 ? "{0} place found{1}." : "{0} places found{1}.", found.length, shown)
      : say("Found nothing that holds all these words.");
  };

  document.addEventListener("DOMContentLoaded", () => {
    const query = new URLSearchParams(location.search).get("q") ?? "";
    document.querySelector("input[name=q]").value = query;
    if (query.trim()) show(words(query).map(({ word }) => word));
  });
})();
