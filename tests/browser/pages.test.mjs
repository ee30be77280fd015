// Pages (`make nightly`: every page), light and dark, on a desktop and a phone: nothing fetched elsewhere, no error, accessible, steady.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { BOOK, SCREENS, open, readThrough, sample, start, watchShifts } from "./book.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
// What can be right on a wide screen and wrong on a narrow one.
const BY_WIDTH = ["target-size", "scrollable-region-focusable", "meta-viewport", "color-contrast"];

// A tenth of what counts as good (web.dev, Cumulative Layout Shift): where a page is painted while a line is arriving, a word of it may move.
const STEADY = 0.01;

const { browser, server } = await start(100);

const judged = async (page, runOnly) => {
  const { violations, passes } = await page.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }), runOnly);
  assert.ok(passes.length, "axe found nothing to check");
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.length}, e.g. ${nodes[0].html.slice(0, 160)}`), []);
};

// Two at a time, as there are cores; each page is opened once for a screen, and seen in both colours.
describe("pages", { concurrency: 2 }, () => {
  for (const [screen, viewport] of Object.entries(SCREENS))
    for (const name of sample(BOOK))
      test(`${name}, ${screen}`, async () => {
        const context = await browser.newContext({ viewport, colorScheme: "light" });
        await watchShifts(context);
        const { page, trouble } = await open(context, server.address + name, server.address);
        await readThrough(page);
        const shifts = await page.evaluate(() => window.shifts);
        const moved = shifts.reduce((sum, [value]) => sum + value, 0);
        assert.ok(moved < STEADY, `the layout moved while loading: ${JSON.stringify(shifts)}`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
        assert.deepEqual(
          await page.evaluate(() => [...document.images].filter((i) => !i.naturalWidth || !i.getAttribute("height")).map((i) => i.src)),
          [], "figures that are missing, or that do not say how much room they take");

        assert.deepEqual(trouble, []);
        // What axe finds on a narrow screen only, it finds in the chapters: claims and exhibits are set like these.
        if (screen === "phone" && /^(claims|exhibits)\/(?!index)/.test(name)) return await context.close();

        // Folded code is part of the page: it is opened, so that it is judged too.
        await page.evaluate(() => { for (const fold of document.querySelectorAll("details")) fold.open = true; });
        await page.evaluate(AXE); // not a script element: the page's own policy would refuse it
        await judged(page, screen === "phone" ? { type: "rule", values: BY_WIDTH } : { type: "tag", values: RULES });
        await page.locator("[data-does=colours]").click();
        assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
        await judged(page, { type: "rule", values: ["color-contrast"] });
        assert.deepEqual(trouble, []);
        await context.close();
      });
});
