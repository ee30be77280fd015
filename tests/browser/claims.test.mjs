// The pages of claims: what machines read of them, and the ledger as a reader sorts, filters, links and prints it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { BOOK, SCREENS, launch, open, pages, serve } from "./book.mjs";

const LEDGER = "claims/index.html";
const HERE = fileURLToPath(new URL(".", import.meta.url));
const CLAIMS = pages(BOOK).filter((name) => name.startsWith("claims/") && name !== LEDGER);
let browser, server;
before(async () => {
  browser = await launch();
  server = await serve(BOOK);
});
after(async () => {
  await browser?.close();
  server?.close();
});
const visit = async (hash = "", options = {}) => {
  const context = await browser.newContext({ viewport: SCREENS.desktop, ...options });
  return open(context, server.address + LEDGER + hash, server.address);
};
/** What of the ledger is to be seen: a list of rows, each a list of cells. */
const rows = (page) =>
  page.locator("table.ledger tbody tr").evaluateAll((all) =>
    all.filter((row) => row.checkVisibility()).map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
const count = (page) => page.locator(".ledger-count").innerText();
const column = (table, place) => table.map((row) => row[place].replace(/^\W+/, ""));

/** The verdict of a claim that is one of several in its section, in the words of this edition. */
const verdict = (table) => column(table.filter((row) => row[0].endsWith("2.1-pattern")), 3)[0];

/** Say what the types that are made from schema.org's vocabulary refuse in these data. */
const refused = (reviews) => {
  const folder = mkdtempSync(join(HERE, "reviews-"));
  try {
    const lines = reviews.map((review, n) => `export const review${n}: WithContext<ClaimReview> = ${review};`);
    writeFileSync(join(folder, "reviews.ts"), ['import type { ClaimReview, WithContext } from "schema-dts";', ...lines].join("\n"));
    const tsc = join(HERE, "node_modules/typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext"];
    execFileSync(process.execPath, [tsc, ...options, join(folder, "reviews.ts")], { encoding: "utf8" });
    return "";
  } catch ({ stdout }) {
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

test("every claim is a ClaimReview in schema.org's own vocabulary", () => {
  const found = CLAIMS.map((name) => readFileSync(join(BOOK, name), "utf8")
    .match(/<script type="application\/ld\+json">(.*?)<\/script>/s)?.[1]).filter(Boolean);
  const reviews = found.filter((data) => JSON.parse(data)["@type"] === "ClaimReview");
  const listed = readFileSync(join(BOOK, LEDGER), "utf8").match(/<tr [^>]*id="claim-/g).length;
  assert.equal(reviews.length, listed);
  assert.equal(refused(reviews), "");
  // The check itself can fail: a property that there is not, and one of a wrong type.
  const wrong = [reviews[0].replace('"claimReviewed"', '"claimReview"'), reviews[0].replace('"Rating"', '"Organization"')];
  assert.match(refused(wrong), /'"claimReview"' does not exist in type.*not assignable/s);
});

test("a heading sorts the ledger, by keyboard too, and the address keeps it", async () => {
  const { page, trouble } = await visit();
  const all = await rows(page);
  const verdicts = await page.getByLabel("Verdict").locator("option").allInnerTexts();
  const head = page.getByRole("columnheader", { name: "verdict" });
  await head.getByRole("button").focus();
  await page.keyboard.press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  const places = column(await rows(page), 3).map((word) => verdicts.indexOf(word));
  assert.deepEqual(places, places.toSorted((a, b) => a - b));
  assert.ok(places.every((place) => place >= 0) && new Set(places).size > 2);
  assert.match(page.url(), /#\?sort=verdict$/);
  assert.ok(await page.evaluate(() => document.activeElement.matches("th button")), "the focus is lost");
  await page.keyboard.press("Space");
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  assert.deepEqual(column(await rows(page), 3).map((word) => verdicts.indexOf(word)), places.toReversed());
  await page.getByRole("columnheader", { name: "claim" }).getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), null);
  assert.deepEqual(await rows(page), all);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test("the ledger is filtered by section, kind and verdict, says how many are left, and can be linked so", async () => {
  const { page, trouble } = await visit();
  const all = await rows(page);
  assert.equal(await count(page), `${all.length} claims`);
  await page.getByLabel("Section").focus();
  for (const key of "2.1") await page.keyboard.press(key);
  await page.keyboard.press("Tab");
  assert.equal(await page.getByLabel("Section").inputValue(), "2.1");
  await page.getByLabel("Verdict").selectOption(verdict(all));
  const left = await rows(page);
  assert.deepEqual(left, all.filter((row) => row[1] === "2.1" && row[3].endsWith(verdict(all))));
  assert.ok(left.length > 0 && left.length < all.length);
  assert.equal(await count(page), `${left.length} of ${all.length} claims`);
  assert.ok(page.url().endsWith(`#?${new URLSearchParams({ section: "2.1", verdict: verdict(all) })}`));
  await page.reload();
  assert.deepEqual(await rows(page), left, "the address does not keep what was chosen");
  assert.equal(await page.getByLabel("Verdict").inputValue(), verdict(all));
  await page.getByRole("button", { name: "Show all" }).click();
  assert.deepEqual(await rows(page), all);
  assert.ok(!page.url().includes("#"));
  await page.evaluate(() => { location.hash = "#?kind=causal&sort=-agree"; });
  await page.waitForFunction(() => document.querySelector("[aria-sort]"));
  assert.deepEqual([...new Set(column(await rows(page), 2))], ["causal"]);
  const shares = column(await rows(page), 4).map((cell) => (([agree, of]) => agree / of || -1)(cell.split(" of ")));
  assert.deepEqual(shares, shares.toSorted((a, b) => b - a));
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test("an address that asks for what there is not shows all, and says so", async () => {
  const { page, trouble } = await visit("#?verdict=proved&sort=colour");
  const all = await rows(page);
  assert.equal(await count(page), `There is no verdict “proved” and no column “colour”. ${all.length} claims`);
  assert.equal(await page.getByLabel("Verdict").inputValue(), "");
  assert.deepEqual(trouble, []);
  await page.context().close();
});

for (const [screen, viewport] of Object.entries(SCREENS))
  test(`without scripts the ledger is a plain whole table, ${screen}`, async () => {
    const { page } = await visit("#?section=2.1", { javaScriptEnabled: false, viewport });
    // Scripts of the test run even so; those of the page do not.
    const whole = readFileSync(join(BOOK, LEDGER), "utf8").match(/<tr [^>]*id="claim-/g).length;
    assert.equal((await rows(page)).length, whole);
    assert.equal(await page.locator("form.ledger-choices").isVisible(), false);
    assert.equal(await page.locator("table.ledger button").count(), 0);
    await page.context().close();
  });

test("every claim of the ledger fits a phone", async () => {
  const { page } = await visit("", { viewport: SCREENS.phone });
  const wide = await page.locator("table.ledger *").evaluateAll((all) =>
    all.filter((node) => node.getBoundingClientRect().right > innerWidth).map((node) => node.textContent));
  assert.deepEqual(wide, []);
  await page.context().close();
});
