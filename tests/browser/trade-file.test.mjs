// Trade files dropped on "Your own data": every number and refusal as the command has them, also from a file, and nothing else moves.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { BOOK, SCREENS, launch, open, pages, serve } from "./book.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PYTHON = join(ROOT, ".venv/bin/python");
const CHAPTER = "chapters/your-data.html";
// What the command answers, and the page leaves to it: other programs' formats, UTF-16, ends of lines as they once were,
// quotation marks that are part of a cell, several gzips in one, a number that only DuckDB reads.
const LEFT = [
  "BACI, lines that end as they once did", "BACI, a quotation mark within a cell", "BACI, an underscore in a value",
  "as written: legacy, zip", "as written: legacy, Parquet", "as written: API, sheet that starts below", "as written: WITS, Stata",
  "from another program: UTF-16", "BACI, no bound", "BACI, a value that is none", "BACI, a value of another's trade that is none",
  "stray: blanks for an exporter", "stray: a line break in a name",
];
// Faults in the rows and, behind them, in the file: the page meets the rows first.
const FIRST = ["a gzip without its end", "a gzip with a wrong sum", "a gzip with a wrong length", "a gzip with something else behind it",
  "a gzip whose second half is cut off", "packed NUL bytes at the end", "a packed last line of megabytes", "a packed Stata file of nothing",
  "NUL bytes at the end", "a last line of megabytes in another encoding"].map((name) => `bad: ${name}`);

let browser, server, folder, asked;
before(async () => {
  // The command takes minutes to answer; ASKED names a folder in which it has.
  folder = process.env.ASKED ?? mkdtempSync(join(tmpdir(), "asked-"));
  if (!process.env.ASKED) execFileSync(PYTHON, [join(ROOT, "tests/browser/trade_files_asked.py"), folder], { stdio: ["ignore", "ignore", "inherit"] });
  asked = JSON.parse(readFileSync(join(folder, "asked.json"), "utf8"));
  browser = await launch();
  server = await serve(BOOK);
});
after(async () => {
  await browser?.close();
  server?.close();
  if (folder && !process.env.ASKED) rmSync(folder, { recursive: true });
});

const files = (name) => asked[name].files.map((file) => join(folder, asked[name].folder, file));
const answer = (name, command, wanted = {}) => asked[name].questions.find((one) =>
  one.command === command && Object.entries({ definition: "wto", ...wanted }).every(([key, value]) => one[key] === value));

/** Open the page, `hand` it over, then see that nothing went wrong. */
const at = async (hand, options = {}) => {
  const context = await browser.newContext({ viewport: SCREENS.desktop, acceptDownloads: true, ...options });
  const { page, trouble } = await open(context, server.address + CHAPTER, server.address);
  await hand(page, context);
  assert.deepEqual(trouble, []);
  await context.close();
};
const drop = async (page, paths) => {
  await page.setInputFiles("#drop-files", paths);
  await page.waitForFunction(() => document.querySelector("trade-file .reading").hidden);
};
const read = async (page, paths) => {
  await drop(page, paths);
  await page.locator("trade-file .distance, trade-file .answer .word").waitFor();
};
/** A table of the page, as rows of text. */
const table = (page, part) => page.evaluate((name) => {
  const box = document.querySelector(`trade-file .${name}`);
  const rows = [...box.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => cell.textContent));
  return { about: box.querySelector("caption").textContent, head: rows[0], rows: rows.slice(1), notes: [...box.querySelectorAll("li")].map((line) => line.textContent) };
}, part);
const plain = ({ about, head, rows, notes }) => ({ about, head, rows, notes });

test("the page answers what the command answers, and refuses what it refuses", () => at(async (page) => {
  await read(page, files("BACI of six exporters")); // the page has fetched what reads
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("input"), { type: "file", multiple: true, id: "probe" })));
  const left = new Set(), counts = { answers: 0, refusals: 0 };
  for (const [name, { questions }] of Object.entries(asked)) {
    await page.setInputFiles("#probe", files(name));
    const found = await page.evaluate(async (asked) => {
      const reader = globalThis.tradeFileReading(globalThis.tradeFileBook);
      const tried = async (make) => {
        try { return await make(); } catch (error) {
          if (error instanceof reader.Refusal) return { refused: error.message };
          if (error instanceof reader.Doubt) return { doubt: error.message };
          throw error;
        }
      };
      const failed = await tried(() => reader.read([...document.getElementById("probe").files]));
      return Promise.all(asked.map(({ command, exporter, definition, years = "2016-2018", side = "" }) => failed ?? tried(() => {
        const [from, to = from] = years.split("-").map(Number), options = { definition, side, years: [from, to] };
        return command === "rank" ? reader.rank(options) : reader.table1(exporter, options);
      })));
    }, questions);
    for (const [place, one] of questions.entries()) {
      const what = `${name}: ${JSON.stringify({ ...one, rows: undefined, notes: undefined })}`, mine = found[place];
      if (mine.doubt) {
        assert.ok(!/\n/.test(mine.doubt), mine.doubt);
        if (!one.refused) left.add(name);
      } else if (one.refused || mine.refused) {
        if (FIRST.includes(name)) assert.ok(mine.refused && one.refused, what);
        else assert.equal(mine.refused, one.refused, what);
        counts.refusals += 1;
      } else {
        assert.deepEqual(plain(mine), plain(one), what);
        counts.answers += 1;
      }
    }
  }
  console.log(`the same as the command's: ${counts.answers} answers, ${counts.refusals} refusals; left to the command: ${left.size} files that it answers`);
  assert.deepEqual([...left].sort(), [...LEFT].sort());
  assert.ok(counts.answers > 120 && counts.refusals > 100);
}));

test("a reader drops a file and sees what the command prints", () => at(async (page) => {
  assert.equal(await page.locator("trade-file .says").textContent(), "");
  await read(page, files("BACI of six exporters"));
  const names = await page.locator("#drop-exporter option").allTextContents();
  assert.deepEqual(names, ["Australia", "Germany", "Hong Kong", "Russia", "United States", "Viet Nam"]);
  assert.deepEqual(await table(page, "answer"), plain(answer("BACI of six exporters", "table1", { years: "2016-2018" })));
  const ranked = answer("BACI of six exporters", "rank");
  await page.locator("trade-file summary").click();
  assert.deepEqual(await table(page, "ranked"), plain(ranked));
  for (const [code, , rmse, largest] of ranked.rows) {
    await page.selectOption("#drop-exporter", code);
    await page.locator("trade-file .answer code", { hasText: `--exporter ${code} ` }).waitFor();
    assert.match(await page.locator("trade-file .distance").textContent(), new RegExp(`: ${rmse} points .*, ${largest} at most\\.$`));
  }
  await page.selectOption("#drop-exporter", "AUS");
  await page.selectOption("#drop-definition", "isic");
  await page.locator("trade-file .answer code", { hasText: "--definition isic" }).waitFor();
  assert.equal(await page.locator("trade-file .answer code").textContent(), "beltroad table1 --exporter AUS --definition isic --from a.csv");
  assert.deepEqual(await table(page, "answer"), plain(answer("BACI of six exporters", "table1", { definition: "isic" })));
}));

test("answers are saved as they are shown", () => at(async (page) => {
  await read(page, files("legacy of six exporters"));
  const saved = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return [download.suggestedFilename(), readFileSync(await download.path(), "utf8")];
  };
  const { head, rows } = answer("legacy of six exporters", "table1", { years: "2016-2018" });
  assert.deepEqual(await saved("Save Table 1"), ["table1-AUS.csv", [head, ...rows].map((row) => `${row.join(",")}\n`).join("")]);
  const [name, svg] = await saved("Save Figure 1");
  assert.equal(name, "figure1-AUS.svg");
  const bars = await page.evaluate((text) => {
    const drawn = new DOMParser().parseFromString(text, "image/svg+xml");
    return drawn.querySelector("parsererror") ? [] : [...drawn.querySelectorAll("rect[width='32']")].map((bar) => Number(bar.getAttribute("height")));
  }, svg);
  for (const [year, value] of rows[0].slice(1).entries()) assert.ok(Math.abs(bars[3 * year] - 1.7 * Number(value)) < 0.02, "a bar is not as high as its share");
  await page.locator("trade-file summary").click();
  const [, ranked] = await saved("Save the rank");
  assert.ok(ranked.startsWith('exporter,place,rmse,largest,"mapped, %",mirror,million US$\nRUS,1,18.32,21.06,'), ranked);
}));

test("a file of one year has a table and no distance", () => at(async (page) => {
  await read(page, files("BACI of one year"));
  assert.equal(await page.locator("#drop-years").inputValue(), "2018");
  assert.deepEqual(await table(page, "answer"), plain(answer("BACI of one year", "table1", { years: "2018" })));
  assert.match(await page.locator("trade-file .distance").textContent(), /needs all the years that the paper prints/);
  await page.locator("trade-file summary").click();
  assert.ok((await page.locator("trade-file .ranked .word").textContent()).startsWith(answer("BACI of one year", "rank").refused));
}));

test("two files of two sides are refused until one is chosen", () => at(async (page) => {
  const name = "legacy, two files of two sides";
  await read(page, files(name));
  assert.equal(await page.locator("trade-file .answer .word").textContent(), `${answer(name, "table1", { years: "2016-2018" }).refused}.`);
  await page.selectOption("#drop-side", "exporter");
  await page.locator("trade-file .distance").waitFor();
  assert.deepEqual(await table(page, "answer"), plain(answer(name, "table1", { side: "exporter" })));
}));

test("what cannot be read is said in one line, and the next file is read", () => at(async (page) => {
  const says = () => page.locator("trade-file .says").textContent();
  for (const [name, words] of [
    ["a picture", "a.png, line 3: found a NUL byte, which no text has, expected a table."],
    ["a sentence", "a.csv, line 1: found columns Nothing but words, expected those of one of: UN Comtrade"],
    ["bad: a truncated gzip", "a.csv: found a damaged gzip"],
    ["bad: a column twice", "a.csv, line 1: found column 'Year' twice"],
    ["from another program: UTF-16", "a.csv: found UTF-16, expected CSV; unpack it or save it as CSV."],
    ["as written: legacy, zip", "a.zip: found zip, expected CSV"],
    ["as written: WITS, Stata", "a.dta: found stata, expected CSV"],
  ]) {
    await drop(page, files(name));
    assert.ok((await says()).startsWith(words), await says());
    assert.match(await page.locator("trade-file .answer code").textContent(), /^beltroad rank --from a\./);
    assert.ok(await page.locator("trade-file .choices").isHidden());
  }
  await page.evaluate(() => document.querySelector("trade-file").dropped({ items: [{ webkitGetAsEntry: () => ({ isDirectory: true, name: "trade" }) }], files: [] }));
  assert.equal(await says(), "trade: found a folder, expected files; drop the files that it holds.");
  await read(page, files("BACI of six exporters"));
  assert.equal(await says(), "Read: 6 exporters to China.");
}));

/** Write rows of other trade until a file has so many bytes. */
const large = (bytes) => {
  const path = join(folder, `${bytes}.csv`);
  writeFileSync(path, "t,i,j,k,v,q\n" + "2017,4,8,10121,     5.000,NA\n".repeat(bytes / 29));
  return path;
};

test("reading shows how far it is and can be cancelled", () => at(async (page) => {
  const client = await page.context().newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await page.setInputFiles("#drop-files", large(290_000_000));
  await page.waitForFunction(() => document.querySelector("trade-file progress").value > 0);
  assert.match(await page.locator("trade-file .says").textContent(), /^Reading: \d+% of 290 MB$/);
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await page.locator("trade-file .says").textContent(), "Cancelled.");
  assert.ok(await page.locator("trade-file .reading").isHidden());
  await read(page, files("BACI of six exporters"));
}));

test("a file that changes while it is read is not answered for", () => at(async (page) => {
  const path = large(145_000_000);
  await page.setInputFiles("#drop-files", path);
  await page.waitForFunction(() => document.querySelector("trade-file progress").value > 0);
  writeFileSync(path, "gone");
  await page.locator("trade-file .says.word").waitFor();
  assert.match(await page.locator("trade-file .says").textContent(), /^The file changed or went away while it was read; drop it again\.$/);
}));

for (const name of ["Worker", "Blob.stream"])
  test(`a browser without ${name} is told so`, async () => {
    const context = await browser.newContext();
    await context.addInitScript((name) => { if (name === "Worker") delete window.Worker; else delete Blob.prototype.stream; }, name);
    const { page, trouble } = await open(context, server.address + CHAPTER, server.address);
    assert.ok((await page.locator("trade-file .says").textContent()).startsWith(`This browser lacks ${name}, without which no file can be read here.`));
    assert.ok(await page.locator("#drop-files").isHidden());
    assert.deepEqual(trouble, []);
    await context.close();
  });

test("it works from a file, and asks nothing of a network", async () => {
  const context = await browser.newContext({ offline: true });
  const { page, trouble } = await open(context, pathToFileURL(join(BOOK, CHAPTER)).href, pathToFileURL(BOOK).href);
  await read(page, files("BACI, packed"));
  assert.deepEqual(await table(page, "answer"), plain(answer("BACI, packed", "table1", { years: "2016-2018" })));
  assert.deepEqual(trouble.filter((one) => !one.includes("blob:")), []);
  await context.close();
});

test("only this page has it, and fetches what reads when it is needed", async () => {
  for (const name of pages(BOOK)) {
    const has = readFileSync(join(BOOK, name), "utf8").match(/_static\/trade-file[^"]*/g) ?? [];
    assert.deepEqual(has.map((one) => one.replace(/\?.*/, "")), name === CHAPTER ? ["_static/trade-file.css", "_static/trade-file.js"] : [], name);
  }
  await at(async (page) => {
    const fetched = () => page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => /trade-file-/.test(name)).length);
    assert.equal(await fetched(), 0);
    await read(page, files("BACI of six exporters"));
    assert.equal(await fetched(), 2);
  });
});

test("scripts weigh at most 25 kB and tables 60 kB, packed", () => {
  const packed = (...names) => gzipSync(Buffer.concat(names.map((name) => readFileSync(join(BOOK, `_static/${name}`)))), { level: 9 }).length;
  const [scripts, tables] = [packed("trade-file.js", "trade-file-reading.js"), packed("trade-file-tables.js")];
  console.log(`trade-file: ${(scripts / 1000).toFixed(1)} kB of scripts, ${(tables / 1000).toFixed(1)} kB of tables, packed`);
  assert.ok(scripts <= 25_000 && tables <= 60_000);
  assert.ok(statSync(join(BOOK, "_static/trade-file.css")).size < 4_000);
});

for (const [screen, viewport] of Object.entries(SCREENS))
  for (const colorScheme of ["light", "dark"])
    test(`it is accessible with an answer shown, ${screen}, ${colorScheme}`, () => at(async (page) => {
      await read(page, files("legacy, names that are not known"));
      await page.locator("trade-file summary").click();
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page scrolls sideways");
      await page.evaluate(AXE); // not a script element: the page's own policy would refuse it
      const { violations, passes } = await page.evaluate((values) => window.axe.run(document.querySelector("trade-file"),
        { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), RULES);
      assert.ok(passes.length > 10, "axe found next to nothing to check");
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.length}, e.g. ${nodes[0].html.slice(0, 160)}`), []);
    }, { viewport, colorScheme }));
