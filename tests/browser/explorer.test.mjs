// The explorer of Figure 1: what it shows is what the book computed, by keyboard, by link, read aloud, and not at all without scripts.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { BOOK, SCREENS, launch, open, serve } from "./book.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const CHAPTER = "chapters/2-1-export-pattern.html";

let browser, server;
before(async () => {
  browser = await launch();
  server = await serve(BOOK, 100);
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** Open the chapter at an address within it, steadily; `hand` over the page, then see that nothing went wrong. */
const at = async (hash, hand, options = {}) => {
  const context = await browser.newContext({ viewport: SCREENS.desktop, ...options });
  await context.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => { for (const { value } of list.getEntries()) window.shifts.push(value); })
      .observe({ type: "layout-shift", buffered: true });
  });
  const { page, trouble } = await open(context, server.address + CHAPTER + hash, server.address);
  if (options.javaScriptEnabled !== false) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    assert.deepEqual(await page.evaluate(() => window.shifts), [], "the layout moved while loading");
  }
  await hand(page, context);
  assert.deepEqual(trouble, []);
  await context.close();
};

const book = (page) => page.evaluate(() => JSON.parse(document.getElementById("explore-values").textContent));

/** What a reader sees. */
const shown = (page) => page.evaluate(() => {
  const within = document.querySelector("figure-explorer");
  const rows = [...within.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent));
  return {
    exporter: within.querySelector("[name=exporter]").value,
    definition: within.querySelector("[name=definition]").value,
    sections: within.querySelector(".sections").checkVisibility(),
    groups: Object.fromEntries([...within.querySelectorAll("input:checked")].map(({ name, value }) => [name.slice(-1), value])),
    rows,
    says: within.querySelector(".says").textContent,
    words: [...within.querySelectorAll(".word")].map((word) => word.textContent),
    remarks: within.querySelector(".remarks").textContent,
    label: within.querySelector("svg").getAttribute("aria-label"),
    heights: [...within.querySelectorAll("svg rect[width='32']")].map((bar) => Number(bar.getAttribute("height"))),
    link: within.querySelector("a").getAttribute("href"),
  };
});

const two = (row) => row.map((value) => value.toFixed(2));
/** See that a state shows these shares, by class and year, and this distance. */
const holds = (found, { printed }, shares, { rmse, largest }) => {
  assert.deepEqual(found.rows, shares.flatMap((row, at) => [two(row), two(printed[at])]));
  assert.ok(found.says.includes(`: ${rmse.toFixed(2)} points from Table 1 by root mean square, ${largest.toFixed(2)} at most.`), found.says);
  for (const [at, name] of ["agriculture", "manufactures"].entries()) {
    assert.ok(found.says.includes(`${name} ${two(shares[at]).join(", ")}%`), found.says);
    for (const [year, value] of shares[at].entries()) {
      assert.ok(found.label.includes(`${name} ${value.toFixed(1)}% (printed ${printed[at][year].toFixed(1)})`), found.label);
      assert.ok(Math.abs(found.heights[3 * year + at] - 1.7 * value) < 0.01, "a bar is not as high as its share");
    }
  }
};

test("every exporter under every definition shows the book's numbers", () => at("", async (page) => {
  const values = await book(page);
  const begins = await shown(page);
  assert.deepEqual([begins.exporter, begins.definition, begins.sections], [values.start.exporter, values.start.definition, false]);
  for (const [code, one] of Object.entries(values.exporters)) {
    await page.selectOption("[name=exporter]", code);
    for (const definition of Object.keys(values.definitions)) {
      await page.selectOption("[name=definition]", definition);
      const found = await shown(page);
      holds(found, values, one.shares[definition], one.distance[definition]);
      assert.ok(found.says.startsWith(`${one.name} under “${definition}”: `), found.says);
      assert.equal(found.link, `#explore?exporter=${code}&definition=${definition}`);
      assert.equal(await page.evaluate(() => location.hash), found.link);
      assert.equal(found.remarks.includes("Kazakhstan reports its exports (FOB): not to be ranked"), code === "KAZ");
    }
  }
  assert.deepEqual(
    await page.evaluate(() => [...document.querySelectorAll("figure-explorer optgroup")].map(({ label, children }) => [label, children.length])),
    [["as China reports its imports (CIF)", 12], ["Apart: as Kazakhstan reports its exports (FOB)", 1]]);
}));

test("sections put together by hand show their sum and its distance", () => at("#explore?exporter=AUS&agriculture=0,1,2,4&manufactures=5,6,7,8", async (page) => {
  const values = await book(page);
  for (const [code, { shares, distance }] of Object.entries(values.exporters).filter(([, one]) => !one.doubt.own)) {
    await page.selectOption("[name=exporter]", code);
    holds(await shown(page), values, shares.sections, distance.sections); // as the book computed them
  }
  // And one that no definition has; computed by hand here.
  await page.selectOption("[name=exporter]", "BRA");
  await page.check("[name=section-2][value=manufactures]");
  await page.check("[name=section-3][value=agriculture]");
  const of = values.exporters.BRA.sections;
  const sum = (codes) => [0, 1, 2].map((year) => codes.reduce((all, code) => all + of[code][year], 0));
  const shares = [sum("0134".split("")), sum("25678".split(""))];
  const off = shares.flatMap((row, at) => row.map((value, year) => value - values.printed[at][year]));
  const found = await shown(page);
  holds(found, values, shares, { rmse: Math.hypot(...off) / Math.sqrt(6), largest: Math.max(...off.map(Math.abs)) });
  assert.equal(found.link, "#explore?exporter=BRA&agriculture=0,1,3,4&manufactures=2,5,6,7,8");
}));

for (const [screen, viewport] of Object.entries(SCREENS))
  test(`another choice moves nothing around it, ${screen}`, () => at("", async (page) => {
    const values = await book(page);
    const heights = new Set();
    for (const [code, { apart }] of Object.entries(values.exporters))
      for (const definition of Object.keys(values.definitions)) {
        if (apart) continue; // has remarks
        await page.selectOption("[name=exporter]", code);
        await page.selectOption("[name=definition]", definition);
        heights.add(await page.locator("figure-explorer").evaluate((node) => node.getBoundingClientRect().height));
      }
    assert.equal(heights.size, 1, [...heights].join(", "));
  }, { viewport }));

test("it is used by keyboard alone", () => at("", async (page) => {
  const focused = () => page.evaluate(() => document.activeElement.name || document.activeElement.tagName);
  await page.locator("figure-explorer").scrollIntoViewIfNeeded();
  await page.focus("[name=exporter]");
  await page.keyboard.type("Bra");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "definition");
  await page.keyboard.press("End");
  await page.keyboard.press("Tab");
  let found = await shown(page);
  assert.deepEqual([found.exporter, found.definition, found.sections], ["BRA", "own", true]);
  assert.equal(await focused(), "section-0");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), "none", "the focus is not seen");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  found = await shown(page);
  assert.deepEqual([found.groups[0], found.groups[1], found.groups[2]], ["manufactures", "neither", "agriculture"]);
  assert.equal(found.link, "#explore?exporter=BRA&agriculture=2,4&manufactures=0,5,6,7,8");
  for (let at = 2; at <= 9; at += 1) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), `section-${at}`);
  }
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "A");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "BUTTON");
}));

test("a link restores the exact state, also one followed within the page", () => at("#explore?exporter=KAZ&agriculture=0,1&manufactures=5,6", async (page) => {
  let found = await shown(page);
  assert.deepEqual([found.exporter, found.definition, found.sections, found.words], ["KAZ", "own", true, []]);
  assert.deepEqual(found.groups, {
    0: "agriculture", 1: "agriculture", 2: "neither", 3: "neither", 4: "neither",
    5: "manufactures", 6: "manufactures", 7: "neither", 8: "neither", 9: "neither",
  });
  assert.equal(found.link, "#explore?exporter=KAZ&agriculture=0,1&manufactures=5,6");
  assert.ok(found.remarks.includes("no share is off by more than 0.49 points"), found.remarks);
  const top = () => page.evaluate(() => document.querySelector("figure-explorer").getBoundingClientRect().top);
  assert.ok(Math.abs(await top()) < 40, "the link does not lead to the explorer");
  assert.equal(await page.evaluate(() => document.activeElement.id), "explore");
  await page.evaluate(() => { scrollTo(0, 0); location.hash = "#explore?exporter=JPN&definition=unctad"; });
  await page.waitForFunction(() => document.querySelector("[name=exporter]").value === "JPN");
  found = await shown(page);
  assert.deepEqual([found.definition, found.sections], ["unctad", false]);
  assert.ok(Math.abs(await top()) < 40);
  await page.evaluate(() => { location.hash = "#explore?exporter=JPN&agriculture=&manufactures="; });
  await page.waitForFunction(() => document.querySelector("[name=definition]").value === "own");
  found = await shown(page);
  assert.deepEqual(found.rows[0], ["0.00", "0.00", "0.00"]);
}));

test("the button copies the link", () => at("", async (page, context) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.selectOption("[name=exporter]", "VNM");
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("Copied.").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, `${server.address}${CHAPTER}#explore?exporter=VNM&definition=wto`);
  assert.equal(copied, page.url());
  await page.selectOption("[name=exporter]", "USA");
  assert.equal(await page.locator(".copied").textContent(), "", "“Copied” outlives what was copied");
}));

for (const [hash, words, state] of [
  ["#explore?exporter=XYZ", ["Unknown exporter XYZ in the link; showing Russia."], ["RUS", "wto"]],
  ["#explore?exporter=toString&definition=constructor",
    ["Unknown exporter toString in the link; showing Russia.", "Unknown definition constructor in the link; showing wto."], ["RUS", "wto"]],
  ["#explore?exporter=BRA&definition=<b>x</b>", ["Unknown definition <b>x</b> in the link; showing wto."], ["BRA", "wto"]],
  ["#explore?exporter=BRA&agriculture=0,12,x&manufactures=0",
    ["Unknown section 12 in the link; left out.", "Unknown section x in the link; left out.",
      "Section 0 is in the link twice; counted as agriculture."], ["BRA", "own"]],
  ["#explore?definition=isic&agriculture=0", ["The link names sections and the definition isic; showing its sections."], ["RUS", "own"]],
  ["#explore?", [], ["RUS", "wto"]],
])
  test(`what the link ${hash} cannot mean is said`, () => at(hash, async (page) => {
    const found = await shown(page);
    assert.deepEqual(found.words, words);
    assert.deepEqual([found.exporter, found.definition], state);
    await page.selectOption("[name=exporter]", "FRA");
    assert.deepEqual((await shown(page)).words, [], "the word outlives the link");
  }));

test("it is read aloud", () => at("", async (page) => {
  const region = page.getByRole("region", { name: "Try it. Figure 1 for an exporter and a grouping of your choice." });
  assert.equal(await region.locator("[aria-live=polite]").first().getAttribute("class"), "says");
  await region.getByLabel("Definition", { exact: true }).selectOption({ label: "sections one by one" });
  await region.getByRole("group", { name: "3 fuels" }).getByRole("radio", { name: "manufactures" }).check();
  await region.getByRole("img", { name: /^Grouped bars\. Russia under your grouping\. 2016: agriculture 23\.4% \(printed 35\.1\), manufactures 75\.9%/ }).waitFor();
  await region.getByRole("row", { name: "manufactures, as printed 29.22 26.58 22.34" }).waitFor();
}));

for (const [screen, viewport] of Object.entries(SCREENS))
  for (const colorScheme of ["light", "dark"])
    test(`it is accessible with its sections open, ${screen}, ${colorScheme}`, () =>
      at("#explore?exporter=KAZ&agriculture=0,1&manufactures=5,x", async (page) => {
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
        await page.evaluate(AXE); // not a script element: the page's own policy would refuse it
        const { violations, passes } = await page.evaluate((values) => window.axe.run(document.querySelector("figure-explorer"),
          { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), RULES);
        assert.ok(passes.length > 10, "axe found next to nothing to check");
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.length}, e.g. ${nodes[0].html.slice(0, 160)}`), []);
      }, { viewport, colorScheme }));

test("without scripts and in print the figure stands alone", async () => {
  await at("#explore?exporter=BRA", async (page) => {
    const { height } = await page.locator("figure-explorer").evaluate((node) => node.getBoundingClientRect());
    assert.equal(height, 0);
    assert.ok(await page.locator("#figure-1 img").isVisible());
  }, { javaScriptEnabled: false });
  await at("", async (page) => {
    assert.ok(await page.locator("figure-explorer").isVisible());
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.locator("figure-explorer").isVisible()));
    assert.ok(await page.locator("#figure-1 img").isVisible());
  });
});

test("it works from a file, with blanks in the path, and only where it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "a book "));
  const copy = join(folder, "with blanks");
  cpSync(BOOK, copy, { recursive: true });
  const context = await browser.newContext({ viewport: SCREENS.phone });
  const address = pathToFileURL(join(copy, CHAPTER)).href;
  const { page, trouble } = await open(context, `${address}#explore?exporter=IND&definition=isic`, pathToFileURL(copy).href);
  assert.deepEqual([(await shown(page)).exporter, (await shown(page)).definition], ["IND", "isic"]);
  await page.selectOption("[name=exporter]", "DEU");
  assert.equal(page.url(), `${address}#explore?exporter=DEU&definition=isic`);
  assert.equal(await page.locator("figure-explorer a").evaluate(({ href }) => href), page.url());
  await page.reload();
  assert.equal((await shown(page)).exporter, "DEU");
  const other = await open(context, pathToFileURL(join(copy, "chapters/4-conclusion.html")).href, pathToFileURL(copy).href);
  assert.equal(await other.page.locator('script[src*="explorer"], link[href*="explorer"], #explore-values').count(), 0);
  assert.deepEqual([...trouble, ...other.trouble], []);
  await context.close();
  rmSync(folder, { recursive: true });
});

test("values and code weigh at most 60 kB", () => at("", async (page) => {
  const values = await page.evaluate(() => new TextEncoder().encode(document.getElementById("explore-values").textContent).length);
  const code = ["js", "css"].reduce((sum, kind) => sum + statSync(join(BOOK, `_static/figure-explorer.${kind}`)).size, 0);
  console.log(`explorer: ${(values / 1000).toFixed(1)} kB of values, ${(code / 1000).toFixed(1)} kB of code`);
  assert.ok(values + code <= 60_000);
}));
