// What a reader does: follow links, search, tab through, change colours, open the book from a folder.
import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { BOOK, SCREENS, open, pages, readThrough, sample, serve, start, watchShifts } from "./book.mjs";

const FOLDER = pathToFileURL(BOOK).href + "/";
const { browser, server } = await start();
/** Follow a link and wait until its page is there. */
const follow = async (page, link) => {
  const address = await link.evaluate(({ href }) => href);
  await link.click();
  await page.waitForURL(address, { waitUntil: "load" });
};
const visit = async (address, home, options = {}) => {
  const context = await browser.newContext({ viewport: SCREENS.desktop, ...options });
  return open(context, address, home);
};
/** Open pages one after the other, as a reader does, with what the browser keeps; `look` judges each. */
const leaf = async (home, names, look) => {
  const { page, trouble } = await visit(home + names[0], home);
  for (const name of names) {
    await page.goto(home + name, { waitUntil: "load" });
    await look(page, name, trouble);
  }
  await page.context().close();
};
const drawn = sample(BOOK).filter((name) => readFileSync(join(BOOK, name), "utf8").includes("<figure"));

test("every internal link and download resolves, fragments included", () => {
  const attributes = (html, names) => [...html.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, "g"))].map(([, value]) => value.replaceAll("&amp;", "&"));
  const found = new Map(pages(BOOK).map((name) => { // page → [ids, links], as they are written: the book needs no script for them
    const html = readFileSync(join(BOOK, name), "utf8");
    return [server.address + name, [new Set(attributes(html, "id")), attributes(html, "href|src").map((link) => new URL(link, server.address + name).href)]];
  }));
  const broken = [];
  let checked = 0;
  for (const [from, [, links]] of found)
    for (const link of links) {
      const [target, fragment] = link.split("#");
      const path = decodeURIComponent(target.split("?")[0]);
      const id = decodeURIComponent((fragment ?? "").split("?")[0]); // what follows is a state, for a script
      if (!path.startsWith(server.address)) continue;
      checked += 1;
      const file = join(BOOK, path.slice(server.address.length));
      const there = existsSync(file) && (statSync(file).isFile() || existsSync(join(file, "index.html")));
      const [ids] = found.get(path) ?? [];
      if (!there || (id && ids && !ids.has(id))) broken.push(`${from} → ${link}`);
    }
  assert.deepEqual(broken, []);
  assert.ok(checked > 1000, `only ${checked} links found`);
});

test("no sentence of a translated page is left in English", () => {
  const names = pages(BOOK).filter((name) => name.startsWith("zh/"));
  assert.ok(names.length >= 3, `only ${names} found`);
  const left = names.flatMap((name) => readFileSync(join(BOOK, name), "utf8").match(/<span lang="en">[^<]*/g) ?? []);
  assert.deepEqual(left, []);
  assert.ok(!existsSync(join(BOOK, "../zh_CN.po")), "the build wrote down sentences that are not translated"); // in attributes too
});

test("a long table does not move while its rows arrive", async () => {
  const rows = (name) => readFileSync(join(BOOK, name), "utf8").split("<tr").length;
  const longest = pages(BOOK).filter((name) => name.startsWith("exhibits/")).sort((a, b) => rows(b) - rows(a)).slice(0, 3);
  const slow = await serve(BOOK, 0, (page) => page.lastIndexOf("<tr", page.indexOf("</table>") * 0.6));
  for (const name of longest) {
    const context = await browser.newContext({ viewport: SCREENS.desktop });
    await watchShifts(context);
    const page = await context.newPage();
    const loaded = page.goto(slow.address + name);
    await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length);
    slow.resume();
    await loaded;
    await readThrough(page);
    assert.deepEqual([name, await page.evaluate(() => window.shifts)], [name, []]);
    assert.ok(await page.locator(".awaited").first().isVisible(), `${name}: the table is not shown`);
    await context.close();
  }
  slow.close();
});

test("opened from a folder, the book works by double click, and verdicts are told by word and sign, not by colour alone", async () => {
  let verdicts = 0;
  await leaf(FOLDER, sample(BOOK), async (page, name, trouble) => {
    await readThrough(page);
    const { styled, broken } = await page.evaluate(() => ({
      styled: getComputedStyle(document.querySelector("main")).gridColumnStart === "main",
      broken: [...document.images].filter((image) => !image.naturalWidth).length,
    }));
    assert.deepEqual([name, trouble, styled, broken], [name, [], true, 0]);
    for (const head of await page.locator(".verdict-head").allInnerTexts()) {
      assert.match(head, /^(\(✓\)|[✓✗≈–?]) \p{L}\p{L}+/u);
      verdicts += 1;
    }
  });
  assert.ok(verdicts > 0);
});

test("opened from a folder, one can turn through all chapters", async () => {
  const { page, trouble } = await visit(FOLDER + "index.html", FOLDER);
  const chapters = await page.locator("#chapters a.internal").count();
  let turned = 0;
  for (const next = page.locator("a[rel=next]"); await next.count(); turned += 1) await follow(page, next);
  assert.deepEqual([turned, trouble], [chapters, []]);
  assert.equal(await page.locator("#chapters a[aria-current=page]").count(), 1);
  await page.context().close();
});

for (const [how, home] of [["from a folder", () => FOLDER], ["from a server", () => server.address]]) {
  test(`the search finds chapters, claims, exhibits and other names, with excerpts, ${how}`, async () => {
    const { page, trouble } = await visit(home() + "chapters/1-introduction.html", home());
    const results = page.locator("#search-results li");
    for (const [asked, address, title, marked] of [
      ["Vietnam", /^(claims|exhibits|chapters)\//, /./, /^Viet Nam$/],
      ["viet nam", /^(claims|exhibits|chapters)\//, /./, /^Viet Nam$/],
      ["optimised pattern", /^claims\/2-1-pattern\.html$/, /optimised the pattern/, /^(optimised|pattern)$/],
      ["Table 1", /^exhibits\/table-1\.html$/, /^Table 1$/, /^(Table|1)$/],
      ["EXPORT pattern", /^chapters\/2-1-export-pattern\.html/, /Export pattern/, /^(export|pattern)/i],
    ]) {
      await page.keyboard.press("Control+k");
      await page.keyboard.type(asked);
      await page.keyboard.press("Enter");
      await page.waitForURL(/search\.html\?q=/);
      const first = results.first();
      await first.waitFor();
      assert.match(await first.locator("a").getAttribute("href"), address, asked);
      assert.match(await first.locator("a").textContent(), title, asked);
      assert.match(await first.locator(".context mark").first().textContent(), marked, asked);
    }
    await follow(page, results.first().locator("a"));
    assert.match(await page.textContent("h1"), /Export pattern/);
    assert.deepEqual(trouble, []);
    await page.context().close();
  });

  test(`no word and no address stops a page, ${how}`, async () => {
    const { page, trouble } = await visit(`${home()}index.html#%`, home());
    for (const asked of ["constructor", "__proto__", "hasOwnProperty", "%", "the", "("]) {
      await page.goto(`${home()}search.html?q=${encodeURIComponent(asked)}`);
      assert.equal(await page.inputValue("input[name=q]"), asked);
    }
    for (const asked of ["constructor", "__proto__", "%"]) {
      await page.goto(`${home()}search.html?q=${encodeURIComponent(asked)}`);
      assert.match(await page.textContent("#search-progress"), /Found nothing/, asked);
    }
    assert.deepEqual(trouble, []);
    await page.context().close();
  });
}

test("notebook, script, drawing and citation are saved, not shown", async () => {
  const { page } = await visit(server.address + "chapters/2-1-export-pattern.html", server.address);
  for (const [where, name] of [
    ["chapters/2-1-export-pattern.html", "2-1-export-pattern.ipynb"], ["chapters/2-1-export-pattern.html", "2-1-export-pattern.py"],
    ["exhibits/figure-1.html", "figure-1.svg"], ["exhibits/figure-1.html", "figure-1.bib"], ["exhibits/index.html", "edition.csl.json"],
  ]) {
    await page.goto(server.address + where);
    const [saved] = await Promise.all([page.waitForEvent("download"), page.click(`a[download][href$="${name}"]`)]);
    assert.equal(saved.suggestedFilename(), name);
  }
  await page.context().close();
});

for (const [screen, viewport] of Object.entries(SCREENS))
  test(`the tab key alone reaches everything in order, ${screen}`, async () => {
    for (const name of ["index.html", "chapters/2-1-export-pattern.html", "search.html"]) {
      const { page } = await visit(server.address + name, server.address, { viewport });
      const expected = await page.evaluate(() => {
        const nodes = [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
          .filter((node) => node.checkVisibility({ visibilityProperty: true }) && !(node.type === "radio" && !node.checked));
        nodes.forEach((node, place) => { node.dataset.place = place; });
        return nodes.length;
      });
      const reached = [];
      for (let i = 0; i < expected; i += 1) {
        await page.keyboard.press("Tab");
        reached.push(await page.evaluate(() => {
          const node = document.activeElement;
          const { outlineStyle } = getComputedStyle(node);
          return outlineStyle === "none" ? `no outline: ${node.outerHTML.slice(0, 80)}` : +node.dataset.place;
        }));
      }
      assert.deepEqual([name, reached], [name, [...Array(expected).keys()]]);
      await page.context().close();
    }
  });

test("on a phone a figure is shown whole, and a table that is not says so", async () => {
  const wide = pages(BOOK).filter((name) => name.startsWith("chapters/") && readFileSync(join(BOOK, name), "utf8").includes("exhibit-scroll wide"));
  assert.ok(wide.length >= 3);
  for (const name of ["chapters/2-1-export-pattern.html", ...wide]) {
    const { page } = await visit(server.address + name, server.address, { viewport: SCREENS.phone });
    const untold = await page.evaluate(() => [...document.querySelectorAll(".exhibit-scroll:not(.wide)")]
      .filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.getAttribute("aria-label")));
    assert.deepEqual([name, untold], [name, []]);
    const letters = await page.evaluate(() => [...document.querySelectorAll("figure.exhibit img")]
      .map((image) => image.getBoundingClientRect().width / image.getAttribute("width") * 44 / 3));
    assert.ok(letters.every((size) => size >= 11), `${name}: letters of ${Math.min(...letters)}px`);
    if (wide.includes(name)) {
      const hint = await page.evaluate(() => getComputedStyle(document.querySelector(".wide"), "::before").content);
      assert.match(hint, /Scroll sideways/);
    }
    await page.context().close();
  }
});

test("the skip link, folded code and the list of chapters work by keyboard", async () => {
  const { page } = await visit(server.address + "chapters/2-1-export-pattern.html", server.address, { viewport: SCREENS.phone });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  const fold = page.locator("details").first();
  await fold.locator("summary").focus();
  await page.keyboard.press("Enter");
  assert.equal(await fold.evaluate((node) => node.open), true);
  assert.equal(await fold.locator("summary").innerText(), "Hide the code");
  await page.locator("button[data-does=chapters]").focus();
  assert.equal(await page.locator("#chapters").isVisible(), false);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#chapters").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#chapters").isVisible(), false);
  await page.context().close();
});

test("the table of all claims and choices sorts by a column, by keyboard, and says which way", async () => {
  const { page } = await visit(`${server.address}chapters/verdicts.html`, server.address);
  const table = page.locator("table.sortable");
  const heading = table.locator("thead th", { hasText: "of" }).filter({ hasText: /^of$/ });
  const column = await heading.evaluate((cell) => cell.cellIndex);
  const values = () => table.evaluate((node, at) => [...node.tBodies[0].rows].map((row) => Number(row.cells[at].textContent)), column);
  const before = await values();
  await heading.locator("button").focus();
  await page.keyboard.press("Enter");
  assert.equal(await heading.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await values(), [...before].sort((a, b) => a - b));
  await page.keyboard.press("Enter");
  assert.equal(await heading.getAttribute("aria-sort"), "descending");
  assert.deepEqual(await values(), [...before].sort((a, b) => b - a));
  await page.context().close();
});

test("a claim leads to its page, to its row of the grid and back to where it is decided", async () => {
  const { page } = await visit(`${server.address}chapters/1-introduction.html`, server.address);
  await follow(page, page.locator("#claim-1-trade-barriers a"));
  assert.match(page.url(), /claims\/1-trade-barriers\.html$/);
  await follow(page, page.locator("main a", { hasText: "How verdicts are reached" }));
  assert.match(page.url(), /verdicts\.html#grid-1-trade-barriers$/);
  await follow(page, page.locator("tr#grid-1-trade-barriers th a"));
  assert.match(page.url(), /claims\/1-trade-barriers\.html$/);
  await follow(page, page.locator("main a", { hasText: "1 Introduction" }));
  assert.match(page.url(), /1-introduction\.html#claim-1-trade-barriers$/);
  await page.context().close();
});

test("the chosen colours stay from page to page", async () => {
  const { page } = await visit(server.address, server.address, { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.click("button[data-does=colours]");
  const dark = await paper();
  assert.notEqual(dark, light);
  await follow(page, page.locator("a[rel=next]"));
  assert.equal(await paper(), dark);
  await page.context().close();
});

test("without scripts, text, chapters and colours are there", async () => {
  const { page } = await visit(server.address + "chapters/1-introduction.html", server.address,
    { javaScriptEnabled: false, viewport: SCREENS.phone });
  assert.equal(await page.locator("#chapters a").first().isVisible(), true);
  assert.equal(await page.locator("button.switch").first().isVisible(), false);
  await page.context().close();
});

test("figures say what they show, in a size at which their words can be read", async () => {
  let figures = 0;
  await leaf(server.address, drawn, async (page, name) => {
    for (const { alt, scale, caption } of await page.evaluate(() =>
      [...document.querySelectorAll("figure.exhibit")].map((figure) => {
        const image = figure.querySelector("img");
        return {
          alt: image.alt,
          scale: image.getBoundingClientRect().width / image.getAttribute("width"),
          caption: parseFloat(getComputedStyle(figure.querySelector("figcaption p")).fontSize),
        };
      }))) {
      figures += 1;
      assert.match(alt, /\d/, `${name}: an alternative text without a number: ${alt}`);
      // Figures are drawn with letters of 11 points, 14.7 pixels.
      assert.ok(scale * 44 / 3 >= caption, `${name}: letters of ${scale * 44 / 3}px over a caption of ${caption}px`);
    }
  });
  assert.ok(figures > 0);
});

test("one control shows all code, folds it at its results or hides it, and is remembered", async () => {
  const { page } = await visit(server.address + "chapters/2-1-export-pattern.html", server.address);
  const state = () => page.evaluate(() => [...document.querySelectorAll(".cell > details.hide")].map((fold) => [fold.open, fold.checkVisibility()]));
  const asSet = await state();
  assert.ok(asSet.some(([open]) => open) && asSet.some(([open]) => !open));
  const code = page.getByLabel("Code:");
  for (const [choice, open, visible] of [["all", true, true], ["folded", false, true], ["none", false, false]]) {
    await code.selectOption(choice);
    assert.ok((await state()).every((one) => one[0] === open && one[1] === visible), choice);
  }
  await page.reload({ waitUntil: "load" });
  assert.equal(await page.getByLabel("Code:").inputValue(), "none");
  assert.ok((await state()).every(([, visible]) => !visible));
  await page.getByLabel("Code:").selectOption("");
  assert.deepEqual(await state(), asSet);
  await page.context().close();
});

test("no two folds of code follow one another", () => {
  for (const name of pages(BOOK).filter((one) => /^(index|chapters\/)/.test(one))) {
    const html = readFileSync(join(BOOK, name), "utf8");
    assert.ok(!/class="[^"]*\bsilent\b[^"]*">\s*<details[^>]*>(?:(?!<\/details>)[\s\S])*<\/details>\s*<\/div>\s*<div[^>]*\bsilent\b/.test(html), name);
  }
});

test("a claim or an exhibit that moved to another chapter is still found by its old address", async () => {
  const { page } = await visit(server.address + "chapters/2-1-export-pattern.html", server.address);
  for (const [hash, leads] of [["claim-2-1-pattern", "claims/2-1-pattern.html"], ["table-s9", "exhibits/table-s9.html"]]) {
    await page.goto(server.address + `chapters/2-1-export-pattern.html#${hash}`, { waitUntil: "load" });
    await page.waitForURL(server.address + leads);
    await page.goto(server.address + "index.html", { waitUntil: "load" });
  }
  await page.context().close();
});
