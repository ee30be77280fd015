// "Run here" on the page of a chapter: its code can be changed and run, and each result says whether it is the stored one.
(() => {
  const { chapter } = live;
  const SAME = "same as stored", CHANGED = "changed";
  const STOPPED = "Stopped. What Python had computed is gone; run all again.";
  const folder = document.querySelector("script[src$='_live/page.js']").src.replace(/page\.js$/, "");

  const element = (tag, attributes = {}, ...content) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...content);
    return made;
  };
  const button = (text, does, hidden = false) => {
    const made = element("button", { type: "button" }, text);
    made.addEventListener("click", does);
    made.hidden = hidden;
    return made;
  };

  /** Whether a cell gave what is stored, type by type: as the test of the notebooks compares them. */
  const isStored = (outputs, stored) =>
    outputs.length === stored.length &&
    stored.every((one, place) => Object.entries(one).every(([kind, text]) => outputs[place].data[kind] === text));

  /** One output as a reader sees it. */
  const asShown = ({ data, html }) => {
    const picture = ["image/svg+xml", "image/png", "image/jpeg"].find((kind) => kind in data);
    if (picture) {
      const content = data[picture];
      const address = `data:${picture}${content.startsWith("<") ? `,${encodeURIComponent(content)}` : `;base64,${content}`}`;
      const words = data["text/plain"]?.replace(/^<Figure .*>$/, "") || "A figure";
      const drawing = element("div", { class: "exhibit-scroll" }, element("img", { src: address, alt: words }));
      return element("figure", { class: "exhibit" }, drawing, element("figcaption", {}, element("p", {}, words.split("\n")[0])));
    }
    const markup = html ?? data["text/html"];
    if (markup !== undefined) {
      const made = element("template");
      made.innerHTML = markup;
      for (const style of made.content.querySelectorAll("style")) style.remove(); // which the policy of the page refuses
      return element("div", { class: "output" }, made.content);
    }
    const [kind, text] = Object.entries(data)[0] ?? ["", ""];
    return element("pre", { class: `output live-${kind.replace("/", "-")}` }, data["text/plain"] ?? text);
  };

  const cells = () => [...document.querySelectorAll("main .cell")].map((place, number) => {
    const { source, outputs } = chapter.cells[number];
    const mark = element("p", { class: "live-mark" });
    const code = place.querySelector(".cell_input");
    const results = place.querySelector(".cell_output") ?? element("div", { class: "cell_output" });
    const cell = { source, outputs, mark, code, results, stored: [...results.childNodes] };
    if (!results.parentNode) place.append(results);
    place.append(mark);
    if (!code) return cell;
    cell.editor = element("textarea", { "aria-label": `Code ${number + 1}`, spellcheck: "false", rows: source.split("\n").length });
    cell.editor.value = source;
    cell.editor.addEventListener("input", () => { cell.editor.rows = cell.editor.value.split("\n").length; });
    cell.run = button(`Run code ${number + 1}`, () => runAll([cell]));
    cell.tools = element("div", { class: "live-code" }, cell.editor, cell.run);
    code.append(cell.tools);
    code.classList.add("live-edited");
    return cell;
  });

  /** Let the page be as it was. */
  const restore = () => {
    for (const cell of list) {
      cell.mark.remove();
      cell.tools?.remove();
      cell.code?.classList.remove("live-edited");
      cell.results.replaceChildren(...cell.stored);
    }
    list = [];
  };

  const state = (cell, word, more = "") => {
    cell.mark.dataset.is = word;
    cell.mark.textContent = [word, more].filter(Boolean).join(": ");
  };

  let list = [], working = false, ready = false, run = 0; // which run is the last: what an earlier one still says counts no more
  const runtime = live.runtime(folder);
  const tell = (text) => { status.textContent = text; };
  const megabytes = (bytes) => `Python holds ${Math.round(bytes / 1e6)} MB of memory.`;

  const busy = (is) => {
    working = is;
    for (const one of [all, ...list.map((cell) => cell.run)]) if (one) one.disabled = is;
    ending.disabled = !is && !ready;
  };

  /** Run cells one after the other; the first that fails ends it. */
  const runAll = async (chosen) => {
    if (working) return;
    busy(true);
    const mine = ++run;
    let cell;
    try {
      if (!ready) {
        tell("Python starts …");
        const before = performance.now();
        const memory = await runtime.start(chapter.name);
        if (mine !== run) return;
        ready = true;
        tell(`Python started in ${((performance.now() - before) / 1000).toFixed(1)} s. ${megabytes(memory)}`);
      }
      const counts = { [SAME]: 0, [CHANGED]: 0 };
      let memory = 0;
      for (cell of chosen) {
        state(cell, "running");
        tell(`Code ${list.indexOf(cell) + 1} of ${list.length} runs …`);
        const ran = await runtime.run(cell.editor?.value ?? cell.source);
        if (mine !== run) return;
        memory = ran.memory;
        const same = isStored(ran.outputs, cell.outputs);
        cell.results.replaceChildren(...(same ? cell.stored : ran.outputs.map(asShown)));
        if (!ran.done) {
          const error = ran.outputs.at(-1)?.data.error?.split("\n")[0] ?? "the code failed";
          state(cell, "failed", error);
          tell(`Code ${list.indexOf(cell) + 1} failed: ${error}. ${megabytes(memory)}`);
          return;
        }
        const word = same ? SAME : CHANGED;
        counts[word] += 1;
        state(cell, word);
      }
      tell(`${chosen.length} run: ${counts[SAME]} ${SAME}, ${counts[CHANGED]} ${CHANGED}. ${megabytes(memory)}`);
    } catch (error) {
      if (mine !== run) return;
      ready = false;
      const stopped = error.message === "stopped";
      if (cell) state(cell, stopped ? "stopped" : "failed", stopped ? "" : error.message);
      tell(stopped ? STOPPED : `Python ended: ${error.message}. Run all again.`);
    } finally {
      if (mine === run) busy(false);
    }
  };

  const open = () => {
    list = cells();
    for (const one of [all, ending, reset]) one.hidden = false;
    opening.hidden = true;
    runAll(list);
    ending.focus();
  };
  const stop = () => {
    runtime.stop();
    ready = false;
    if (!working) tell(STOPPED);
    busy(working);
  };
  const clear = () => {
    run += 1;
    restore();
    runtime.stop();
    ready = working = false;
    for (const one of [all, ending, reset]) one.hidden = true;
    opening.hidden = false;
    opening.focus();
    tell("The page is as it was stored.");
  };

  const status = element("span", { role: "status" });
  const opening = button("Run here", open);
  const all = button("Run all", () => runAll(list), true);
  const ending = button("Stop", stop, true);
  const reset = button("Reset", clear, true);
  const bar = element("div", { class: "live-bar", role: "group", "aria-label": "Run this chapter here" }, opening, all, ending, reset, status);
  const lacking = live.lacking();
  if (chapter.without) tell(`This chapter cannot run here: ${chapter.without}.`);
  else if (lacking) tell(`This browser cannot run Python: it lacks ${lacking}.`);
  opening.hidden = Boolean(status.textContent);
  (document.querySelector("main .sources") ?? document.querySelector("main h1")).after(bar);
})();
