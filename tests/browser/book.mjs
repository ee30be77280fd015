// What the tests share: the built book, a server for it on the loopback address, Debian's browser.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, relative } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const BOOK = process.env.BOOK ?? join(ROOT, "_build/html");
export const STOCK = join(ROOT, "_build/stock");

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(join(BOOK, "index.html")) || !existsSync(CHROMIUM)) {
  const [found, mend] = existsSync(CHROMIUM)
    ? [`no book in ${relative(process.cwd(), BOOK) || "."}`, "run `make book` first"]
    : [`no browser at ${CHROMIUM}`, "`apt-get install chromium` or name one with CHROMIUM=..."];
  console.error(`test-browser: found ${found}; ${mend}`);
  process.exit(2);
}

/** Every page of a book, as addresses relative to its folder. */
export const pages = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".html") && !name.startsWith("_static"))
    .sort();

/** The pages that are looked at closely: all with PAGES=all; else all but those of claims and exhibits, and each twelfth of these. */
export const sample = (folder) =>
  pages(folder).filter((name, place) =>
    process.env.PAGES === "all" || place % 12 === 0 || !/^(claims|exhibits)\/(?!index)/.test(name));

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
  ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".csv": "text/csv; charset=utf-8",
};
const PACKED = new Set([".html", ".css", ".js", ".json", ".svg", ".csv"]);

/**
 * Serve a folder as a plain web host would, compressed; figures arrive `late` milliseconds after the rest. Where `cut` gives a
 * position in a page, what follows it arrives when `resume` is called.
 */
export const serve = (folder, late = 0, cut = () => 0) =>
  new Promise((resolve) => {
    let rest = () => {};
    const server = createServer((request, response) => {
      const path = join(folder, decodeURIComponent(new URL(request.url, "http://localhost").pathname));
      const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "index.html") : path;
      if (!file.startsWith(folder) || !existsSync(file)) return response.writeHead(404).end();
      const kind = extname(file);
      const headers = { "content-type": TYPES[kind] ?? "application/octet-stream" };
      let body = readFileSync(file);
      const half = kind === ".html" && cut(body);
      if (half) {
        response.writeHead(200, headers).write(body.subarray(0, half));
        rest = () => response.end(body.subarray(half));
        return;
      }
      if (PACKED.has(kind)) {
        body = gzipSync(body, { level: 9 });
        headers["content-encoding"] = "gzip";
      }
      setTimeout(() => response.writeHead(200, headers).end(body), kind === ".svg" ? late : 0);
    }).listen(0, "127.0.0.1", () =>
      resolve({ address: `http://127.0.0.1:${server.address().port}/`, close: () => server.close(), resume: () => rest() }));
  });

export const launch = () =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });

/** A browser and a server of the book, which end with the tests of the file; figures arrive `late` milliseconds after the rest. */
export const start = async (late = 0) => {
  const [browser, server] = await Promise.all([launch(), serve(BOOK, late)]);
  after(async () => {
    await browser.close();
    server.close();
  });
  return { browser, server };
};

/** Note in `window.shifts` how far the layout of a context's pages moves, and what moves. */
export const watchShifts = (context) =>
  context.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        window.shifts.push([entry.value, ...entry.sources.map(({ node }) => node?.className ?? node?.nodeName)]);
    }).observe({ type: "layout-shift", buffered: true });
  });

export const SCREENS = {
  desktop: { width: 1400, height: 900 },
  phone: { width: 390, height: 844 },
};

/** Open a page and note what a reader would suffer from: errors, refusals, requests to anywhere else. */
export const open = async (context, address, home) => {
  const page = await context.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) trouble.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (![home, "data:", `blob:${new URL(home).origin}`].some((start) => url.startsWith(start))) trouble.push(`request to ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()}: ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    // Leaving a page, or a figure scrolled away from, ends a request; that is no failure of the book.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") trouble.push(`failed: ${request.url()}`);
  });
  await page.goto(address, { waitUntil: "load" });
  return { page, trouble };
};

/** Scroll to the end and wait until every figure is there. */
export const readThrough = (page) =>
  page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      await new Promise(requestAnimationFrame);
    }
    // On a page that is not in front a figure may be passed without being fetched.
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map((image) =>
      image.complete || new Promise((done) => { image.onload = image.onerror = done; })));
    await new Promise(requestAnimationFrame);
  });
