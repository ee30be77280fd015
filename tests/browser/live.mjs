// Chapters run in the page, opened as files: every result is the stored one, and whatever goes wrong the page says it in a line.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch, open } from "./book.mjs";

const BOOK = fileURLToPath(new URL("../../_build/live/html/", import.meta.url));
const HOME = pathToFileURL(BOOK).href;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MINUTES = 60_000;
// CHAPTERS=2-1-export-pattern,references runs these alone.
const ONLY = process.env.CHAPTERS?.split(",");

const chapters = ["index", ...readdirSync(join(BOOK, "_live/chapters")).map((name) => `chapters/${name.slice(0, -3)}`)]
  .filter((name) => !ONLY || ONLY.includes(basename(name)));

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** Open a chapter as a file; what a test does with it must cause no trouble. */
const opened = async (name, does, script) => {
  const context = await browser.newContext();
  try {
    if (script) await context.addInitScript(script);
    const { page: shown, trouble } = await open(context, `${HOME}${name}.html`, HOME);
    await does(shown);
    assert.deepEqual(trouble, []);
  } finally {
    await context.close();
  }
};
const press = (shown, name) => shown.getByRole("button", { name, exact: true }).click();
/** Wait until the status fits a pattern, and return it. */
const told = async (shown, pattern, minutes = 10) => {
  const status = shown.locator(".live-bar [role=status]");
  await status.filter({ hasText: pattern }).waitFor({ timeout: minutes * MINUTES });
  return status.textContent();
};
const END = / run: |failed|ended|cannot/;
const violations = async (shown) => {
  // The policy of the page keeps out what a test adds to it, but not what the browser's own tools evaluate.
  await shown.evaluate(AXE);
  return shown.evaluate(async () => (await axe.run({ preload: false })).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
};
/** Write code into the first piece of a chapter that a reader can change, and run it alone. */
const runAlone = async (shown, code) => {
  await shown.locator(".live-code textarea").first().evaluate((area) => { for (let node = area; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true; });
  await shown.locator(".live-code textarea").first().fill(code);
  await shown.locator(".live-code button").first().click();
};

for (const name of chapters)
  test(`${name}: every result is the stored one`, () => opened(name, async (shown) => {
    if (/^This chapter cannot run here: /.test(await shown.locator(".live-bar [role=status]").textContent())) {
      assert.equal(await shown.locator(".live-bar button:visible").count(), 0);
      return;
    }
    await press(shown, "Run here");
    const end = await told(shown, END);
    const marks = await shown.locator(".live-mark").allTextContents();
    const found = marks.map((mark, place) => `${name}, code ${place + 1}: ${mark}`).filter((line) => !line.endsWith(": same as stored"));
    assert.deepEqual(found, [], `${found.join("; ")}. The page says: ${end}`);
  }));

if (!ONLY) {
  test("what goes wrong is said in a line, and the page stays usable", () => opened("chapters/references", async (shown) => {
    await press(shown, "Run here");
    assert.match(await told(shown, END), /0 changed/);
    assert.deepEqual(await violations(shown), []);

    for (const [code, said] of [
      ["1 / 0", "ZeroDivisionError in line 1: division by zero"],
      ["a = 1\ndef f(:", "SyntaxError in line 2: invalid syntax"],
      ["import duckdb", "ModuleNotFoundError in line 1: No module named 'duckdb'"],
      ["held = bytearray(1_500_000_000)", "MemoryError in line 1."],
      ["def f(): f()\nf()", "RecursionError in line 1: maximum recursion depth exceeded"],
    ]) {
      await runAlone(shown, code);
      const kind = said.split(" ")[0];
      assert.ok((await told(shown, new RegExp(`${kind}| run: `))).startsWith(`Code 1 failed: ${said}`), said);
    }
    await runAlone(shown, "import os; os._exit(1)");
    assert.match(await told(shown, "ended"), /^Python ended: .* Run all again\.$/);
    await runAlone(shown, "while True: pass");
    await told(shown, "runs …");
    await press(shown, "Stop");
    assert.match(await told(shown, "Stopped"), /^Stopped\. What Python had computed is gone; run all again\.$/);
    await runAlone(shown, "print('hello')");
    assert.match(await told(shown, END), /1 changed/);
    assert.equal(await shown.locator(".live-stdout").textContent(), "hello\n");
    await runAlone(shown, "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])");
    assert.match(await told(shown, END), /1 changed/);
    assert.equal(await shown.locator(".cell_output img[src^='data:image/svg']").count(), 1);

    await press(shown, "Reset");
    assert.equal(await shown.locator(".live-mark, .live-code").count(), 0);
    assert.deepEqual(await violations(shown), []);
  }));

  for (const feature of ["DecompressionStream", "Worker", "WebAssembly"])
    test(`a browser without ${feature} is told so, before anything is run`, () => opened("chapters/references", async (shown) => {
      assert.equal(await told(shown, "lacks"), `This browser cannot run Python: it lacks ${feature}.`);
      assert.equal(await shown.locator(".live-bar button:visible").count(), 0);
    }, `delete globalThis.${feature}`));

  test("a chapter that cannot run here says why, before it is run", () => opened("chapters/your-data", async (shown) => {
    assert.match(await told(shown, "cannot"), /^This chapter cannot run here: .*DuckDB/);
  }));
}
