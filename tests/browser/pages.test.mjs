// Every page, light and dark, on a desktop and a phone: nothing fetched elsewhere, no error, accessible, steady.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { BOOK, SCREENS, launch, open, pages, readThrough, serve } from "./book.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

let browser, server;
before(async () => {
  browser = await launch();
  server = await serve(BOOK, 100);
});
after(async () => {
  await browser?.close();
  server?.close();
});

for (const [screen, viewport] of Object.entries(SCREENS))
  for (const colorScheme of ["light", "dark"])
    for (const name of pages(BOOK))
      test(`${name}, ${screen}, ${colorScheme}`, async () => {
        const context = await browser.newContext({ viewport, colorScheme });
        await context.addInitScript(() => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              window.shifts.push([entry.value, ...entry.sources.map(({ node }) => node?.className ?? node?.nodeName)]);
          }).observe({ type: "layout-shift", buffered: true });
        });
        const { page, trouble } = await open(context, server.address + name, server.address);
        await readThrough(page);
        assert.deepEqual(trouble, []);
        assert.deepEqual(await page.evaluate(() => window.shifts), [], "the layout moved while loading");
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
        assert.deepEqual(
          await page.evaluate(() => [...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)), [], "missing figures");

        // Folded code is part of the page: it is opened, so that it is judged too.
        await page.evaluate(() => { for (const fold of document.querySelectorAll("details")) fold.open = true; });
        await page.evaluate(AXE); // not a script element: the page's own policy would refuse it
        const { violations, passes } = await page.evaluate(
          (values) => window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), RULES);
        assert.ok(passes.length > 10, "axe found next to nothing to check");
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.length}, e.g. ${nodes[0].html.slice(0, 160)}`), []);
        await context.close();
      });
