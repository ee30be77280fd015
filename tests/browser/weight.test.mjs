// Bytes over the wire for the first view of a chapter, against the same chapter in the theme as it comes.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { BOOK, SCREENS, STOCK, launch, readThrough, serve } from "./book.mjs";

const CHAPTER = "chapters/2-1-export-pattern.html";

/** Bytes and requests of a page opened with an empty cache: at first view, and once read to the end. */
const weigh = async (browser, folder, name = CHAPTER) => {
  const server = await serve(folder);
  const context = await browser.newContext({ viewport: SCREENS.desktop, offline: false });
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  let bytes = 0, requests = 0;
  const own = new Set();
  client.on("Network.requestWillBeSent", ({ requestId, request }) => {
    if (request.url.startsWith(server.address)) own.add(requestId);
  });
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (own.has(requestId)) { bytes += encodedDataLength; requests += 1; }
  });
  await page.goto(server.address + name, { waitUntil: "networkidle" });
  const first = { bytes, requests };
  await readThrough(page);
  await page.waitForLoadState("networkidle");
  await context.close();
  server.close();
  return { first, whole: { bytes, requests } };
};

test("a first view costs at most half of what it does in the theme as it comes", async () => {
  assert.ok(existsSync(STOCK), "found no _build/stock; `make test SUITE=browser` builds it");
  const browser = await launch();
  const [stock, book] = [await weigh(browser, STOCK), await weigh(browser, BOOK)];
  await browser.close();
  for (const view of ["first", "whole"]) {
    const line = (name, { bytes, requests }) => `${name} ${(bytes / 1000).toFixed(0)} kB in ${requests} requests`;
    console.log(`${CHAPTER}, ${view} view: ${line("book", book[view])}, ${line("theme as it comes", stock[view])}`);
    assert.ok(book[view].bytes <= stock[view].bytes / 2, `${view} view`);
  }
});

test("the cover weighs at most 400 kB, read to the end", async () => {
  const browser = await launch();
  const { whole } = await weigh(browser, BOOK, "index.html");
  await browser.close();
  console.log(`index.html, read to the end: ${(whole.bytes / 1000).toFixed(0)} kB in ${whole.requests} requests`);
  assert.ok(whole.requests > 3 && whole.bytes <= 400_000);
});
