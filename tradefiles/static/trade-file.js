// <trade-file>: a reader drops trade files, and sees Table 1, Figure 1, the distance and the rank, as the command line gives them.
// Its worker is made of the text of `trade-file-reading.js`: a page that is opened as a file may start no other.
"use strict";
(() => {
  const HERE = document.currentScript.src;
  const PARTS = ["trade-file-tables.js", "trade-file-reading.js"];
  const NEEDED = { Worker: "Worker" in globalThis, "Blob.stream": "stream" in Blob.prototype };
  const USUAL = { definition: "wto", years: "2016-2018", side: "" };

  const fetchPart = (name) => new Promise((done, fail) => {
    const script = Object.assign(document.createElement("script"), { src: new URL(name, HERE).href, onload: done });
    script.onerror = () => fail(new Error(`${name} was not found beside the book's other scripts`));
    document.head.append(script);
  });

  /** What the worker does; its text follows that of `tradeFileReading`. */
  const work = (tradeFileReading) => {
    let reader, told = 0;
    const seen = (read, of) => {
      if (Date.now() - told < 100 && read < of) return;
      told = Date.now();
      postMessage({ read, of });
    };
    const carryOut = async ({ files, book, command, exporter, options }) => {
      if (command) return { answer: command === "rank" ? reader.rank(options) : reader.table1(exporter, options) };
      reader = tradeFileReading(book);
      await reader.read(files, seen);
      return { choices: reader.choices() };
    };
    onmessage = async ({ data }) => {
      try {
        postMessage({ number: data.number, ...await carryOut(data) });
      } catch (error) {
        const kinds = [[reader?.Refusal, "refused"], [reader?.Doubt, "doubt"]];
        const kind = kinds.find(([of]) => of && error instanceof of)?.[1] ?? error.name;
        postMessage({ number: data.number, failed: { kind, message: error.message } });
      }
    };
  };

  const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const each = (values, markup) => values.map(markup).join("");
  const save = (name, content, type) => {
    const link = Object.assign(document.createElement("a"), { download: name, href: URL.createObjectURL(new Blob([content], { type })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  const csv = ({ head, rows }) => {
    const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    return [head, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
  };

  customElements.define("trade-file", class extends HTMLElement {
    connectedCallback() {
      if (this.firstChild) return;
      this.asking = 0;
      this.innerHTML = this.frame();
      this.setAttribute("role", "region");
      this.setAttribute("aria-labelledby", "drop-title");
      const lacking = Object.keys(NEEDED).filter((name) => !NEEDED[name]);
      if (lacking.length) {
        this.part("asked").hidden = true;
        this.say(`This browser lacks ${lacking.join(" and ")}, without which no file can be read here. The command below reads it.`);
        return;
      }
      this.addEventListener("change", ({ target }) => (target.type === "file" ? this.given([...target.files]) : this.ask()));
      this.addEventListener("click", ({ target }) => this[target.dataset.calls]?.());
      for (const kind of ["dragenter", "dragover", "dragleave", "drop"])
        this.addEventListener(kind, (event) => {
          event.preventDefault();
          this.classList.toggle("over", kind === "dragenter" || kind === "dragover");
        });
      this.addEventListener("drop", ({ dataTransfer }) => this.dropped(dataTransfer));
    }

    part(name) { return this.querySelector(`.${name}`); }
    say(text, kind = "") {
      this.part("says").textContent = text;
      this.part("says").classList.toggle("word", kind === "word");
    }

    frame() {
      return `<p class="title" id="drop-title"><strong>Try it.</strong> Table 1 from trade files of your own.</p>
        <p>CSV files of BACI, UN Comtrade or WITS, plain or gzip, of any size. They are read in your browser: nothing leaves this page.</p>
        <p class="asked"><label for="drop-files">Drop files here, or choose them:</label> <input type="file" id="drop-files" multiple autocomplete="off"></p>
        <p class="reading" hidden><progress max="1" value="0" aria-label="How much is read"></progress> <button type="button" data-calls="cancel">Cancel</button></p>
        <p class="says" role="status"></p>
        <p class="choices" hidden></p>
        <div class="answer" aria-live="polite"></div>
        <div class="ranked"></div>`;
    }


    dropped(transfer) {
      const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
      const folder = entries.find((entry) => entry?.isDirectory);
      if (folder) this.refused({ message: `${folder.name}: found a folder, expected files; drop the files that it holds` });
      else this.given([...transfer.files]);
    }

    async given(files) {
      if (!files.length) return this.refused({ message: "found no file, expected trade files" });
      this.cancel();
      this.files = files;
      this.say("Reading …");
      this.part("reading").hidden = false;
      const asked = this.asking;
      try {
        for (const name of PARTS) if (!document.querySelector(`script[src$="${name}"]`)) await fetchPart(name);
      } catch ({ message }) { return this.refused({ message }); }
      if (asked !== this.asking) return; // cancelled, or other files were dropped
      this.book = globalThis.tradeFileBook;
      const text = `"use strict";\n(${work})(${globalThis.tradeFileReading});`;
      this.address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      this.worker = new Worker(this.address);
      this.worker.onmessage = ({ data }) => this.told(data);
      this.worker.onerror = (event) => this.refused({ message: `the browser ended the reading: ${event.message}` });
      this.worker.postMessage({ number: this.asking, files, book: this.book });
    }

    cancel() {
      const running = !this.part("reading").hidden;
      this.worker?.terminate();
      URL.revokeObjectURL(this.address);
      this.worker = null;
      this.asking += 1;
      this.clear();
      this.say(running ? "Cancelled." : "");
    }
    clear() {
      this.part("reading").hidden = true;
      this.part("choices").hidden = true;
      this.querySelector("progress").value = 0;
      for (const name of ["choices", "answer", "ranked"]) this.part(name).replaceChildren();
    }

    told({ number, read, of, choices, answer, failed }) {
      if (of) {
        this.querySelector("progress").value = read / of;
        this.say(`Reading: ${Math.floor(100 * read / of)}% of ${(of / 1e6).toFixed(of < 1e7 ? 1 : 0)} MB`);
        return;
      }
      if (number !== this.asking && number !== `rank ${this.asking}`) return;
      if (choices) this.read(choices);
      else if (number !== this.asking) this.showRank(answer, failed);
      else if (answer) this.showAnswer(answer);
      else if (this.part("choices").hidden) this.refused(failed);
      else this.part("answer").innerHTML = this.refusal(failed, this.command("table1"));
    }

    refused(failed) {
      this.worker?.terminate();
      this.worker = null;
      this.asking += 1;
      this.clear();
      this.say(this.worded(failed), "word");
      const names = this.files?.map(({ name }) => name) ?? [];
      if (["refused", "doubt"].includes(failed.kind))
        this.part("answer").innerHTML = `<p>The command reads more kinds of files: ${this.code(`beltroad rank --from ${this.named(names)}`)}</p>`;
      this.querySelector("[type=file]").value = "";
    }
    worded({ kind, message }) {
      if (kind === "NotReadableError" || kind === "NotFoundError") return "The file changed or went away while it was read; drop it again.";
      return /[.?!]$/.test(message) ? message : `${message}.`;
    }
    refusal(failed, command) {
      return `<p class="word">${escaped(this.worded(failed))}</p><p>${failed.kind === "doubt" ? "Only the command can tell" : "The command says the same"}: ${this.code(command)}</p>`;
    }
    code(text) { return `<code>${escaped(text)}</code>`; }
    named(names) { return names.map((name) => (/^[\w.,+@%-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`)).join(" "); }


    /** Offer what the files hold; where a printed year lacks, begin with the last that is there. */
    read({ exporters, years, sides, held }) {
      this.part("reading").hidden = true;
      if (!exporters.length) return this.refused({ kind: "refused", message: `found no exporter to China; ${held.split("; ").pop()}` });
      const { names, labels, years: printed, importer } = this.book, span = (from, to) => (from === to ? String(from) : `${from}-${to}`);
      const whole = printed.every((year) => years.includes(year));
      const spans = [...new Set([...(whole ? [USUAL.years] : []), span(years[0], years.at(-1)), ...years.map(String).reverse()])];
      const name = (code) => names[code] ?? code;
      const option = ([value, text]) => `<option value="${escaped(value)}">${escaped(text)}</option>`;
      const select = (key, label, values) => `<span><label for="drop-${key}">${label}</label>
        <select id="drop-${key}" name="${key}" autocomplete="off">${each(values, option)}</select></span>`;
      const choices = this.part("choices");
      choices.innerHTML = select("exporter", "Exporter", exporters.sort((a, b) => name(a).localeCompare(name(b), "en")).map((code) => [code, name(code)]))
        + select("definition", "Definition", Object.entries(labels).map(([key, text]) => [key, `${key}: ${text}`]))
        + select("years", "Years", (whole ? spans : [...spans.slice(1), spans[0]]).map((one) => [one, one.replace("-", "–")]))
        + (sides.length > 1 ? select("side", "Side", [["", "not chosen"], ...sides.map((side) => [side, side])]) : "");
      choices.hidden = false;
      this.say(`Read: ${exporters.length} exporter${exporters.length === 1 ? "" : "s"} to ${name(importer)}.`);
      this.ask();
    }

    get options() {
      const value = (name) => this.querySelector(`select[name=${name}]`)?.value ?? USUAL[name];
      return { exporter: value("exporter"), definition: value("definition"), years: value("years"), side: value("side") };
    }
    command(name) {
      const { exporter, ...options } = this.options;
      if (name === "rank") delete options.years;
      const chosen = Object.entries(options).filter(([key, value]) => value !== USUAL[key]).map(([key, value]) => ` --${key} ${value}`);
      return `beltroad ${name}${name === "rank" ? "" : ` --exporter ${exporter}`}${chosen.join("")} --from ${this.named(this.files.map((file) => file.name))}`;
    }
    ask() {
      if (!this.worker) return;
      this.asking += 1;
      const { exporter, definition, years, side } = this.options, [from, to = from] = years.split("-").map(Number);
      const options = { definition, side, years: [from, to] };
      this.worker.postMessage({ number: this.asking, command: "table1", exporter, options });
      this.worker.postMessage({ number: `rank ${this.asking}`, command: "rank", options });
    }


    table({ head, rows }, caption) {
      const row = ([name, ...cells]) => `<tr><th scope="row">${escaped(name)}</th>${each(cells, (cell) => `<td class="num">${cell}</td>`)}</tr>`;
      return `<div class="exhibit-scroll" role="group" tabindex="0" aria-label="${escaped(caption.split(",")[0])}"><table><caption>${escaped(caption)}</caption>
        <thead><tr>${each(head, (name, at) => `<th scope="col"${at ? ' class="num"' : ""}>${escaped(name)}</th>`)}</tr></thead>
        <tbody>${each(rows, row)}</tbody></table></div>`;
    }
    notes(lines) { return `<ul class="notes">${each(lines, (line) => `<li>${escaped(line)}</li>`)}</ul>`; }

    showAnswer(answer) {
      const { exporter } = this.options, name = this.book.names[exporter] ?? exporter, { distance } = answer;
      this.shown = answer;
      const said = distance ? `${name}: ${distance.rmse.toFixed(2)} points from Table 1 by root mean square, ${distance.largest.toFixed(2)} at most.`
        : "The distance to Table 1 needs all the years that the paper prints.";
      this.part("answer").innerHTML = `<p class="distance">${escaped(said)}</p>
        <div class="found">${this.table(answer, answer.about)}<div>${this.drawing(answer)}</div></div>
        ${this.notes(answer.notes)}
        <p class="saves"><button type="button" data-calls="saveTable">Save Table 1 (CSV)</button> <button type="button" data-calls="saveFigure">Save Figure 1 (SVG)</button></p>
        <p>The same from the command line: ${this.code(this.command("table1"))}</p>`;
    }
    showRank(answer, failed) {
      this.ranking = answer;
      this.part("ranked").innerHTML = `<details><summary>All exporters in the file by distance</summary>${answer
        ? `${this.table(answer, answer.about)}${this.notes(answer.notes)}<p class="saves"><button type="button" data-calls="saveRank">Save the rank (CSV)</button></p>
          <p>The same from the command line: ${this.code(this.command("rank"))}</p>` : this.refusal(failed, this.command("rank"))}</details>`;
    }

    saveTable() { save(`table1-${this.options.exporter}.csv`, csv(this.shown), "text/csv"); }
    saveRank() { save("rank.csv", csv(this.ranking), "text/csv"); }
    saveFigure() {
      const drawn = this.drawing(this.shown, `<title>Figure 1. ${escaped(this.shown.about)}</title><rect width="100%" height="100%" fill="white"/>`);
      save(`figure1-${this.options.exporter}.svg`, drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" color="#222" fill="#222" font-family="sans-serif" font-size="10.5" '), "image/svg+xml");
    }

    /** Figure 1: bars of both sectors and of what they leave to 100; printed shares as lines across them. */
    drawing({ shares, years }, first = "") {
      const { rows, colours, printed, years: known } = this.book, names = [...rows, "all other"];
      const rest = (of, at) => 100 - rows.reduce((sum, name) => sum + of[name][at], 0);
      const value = (name, at) => (name in colours ? shares[name][at] : rest(shares, at));
      const line = (name, year) => {
        const at = known.indexOf(year);
        return at < 0 ? null : name in colours ? printed[name][at] : null;
      };
      const height = (share) => 208 - 1.7 * share, width = Math.max(364, 34 + 110 * years.length);
      const look = (name) => `fill="${colours[name] ?? "url(#drop-hatch)"}" stroke="currentColor" stroke-width="0.8"`;
      const across = (x, y) => `<path d="M${x} ${y}h34" stroke="white" stroke-width="5"/><path d="M${x} ${y}h34" stroke="black" stroke-width="2.2"/>`;
      const bar = (year, at) => (name, of) => {
        const share = value(name, at), top = height(share), x = 34 + 110 * at + 33 * of, mark = line(name, year);
        const above = mark !== null && height(mark) < top && top - height(mark) < 14 ? height(mark) : top; // clear of the line
        return `<rect x="${x}" y="${top}" width="32" height="${Math.max(0, 208 - top)}" ${look(name)}/>${mark === null ? "" : across(x - 1, height(mark))}
          <text x="${x + 16}" y="${above - 4}" text-anchor="middle">${share.toFixed(1)}</text>`;
      };
      const said = years.map((year, at) => `${year}: ${names.map((name) => `${name} ${value(name, at).toFixed(1)}%`).join(", ")}.`);
      return `<svg role="img" viewBox="0 0 ${width} 232" aria-label="Grouped bars. ${said.join(" ")}">${first}
        <defs><pattern id="drop-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0V6" stroke="currentColor" stroke-width="1.2"/></pattern></defs>
        ${each(names, (name, at) => `<rect x="${[24, 106, 208][at]}" y="3" width="12" height="9" ${look(name)}/><text x="${[40, 122, 224][at]}" y="11.5">${name}</text>`)}
        <path d="M279 7.5h20" stroke="white" stroke-width="5"/><path d="M279 7.5h20" stroke="black" stroke-width="2.2"/><text x="303" y="11.5">printed</text>
        ${each([0, 25, 50, 75, 100], (share) => `<path d="M30 ${height(share)}H${width - 4}" stroke="currentColor" stroke-opacity="0.2"/>
          <text x="26" y="${height(share) + 3.5}" text-anchor="end">${share}</text>`)}
        ${each(years, (year, at) => each(names, bar(year, at)) + `<text x="${83.5 + 110 * at}" y="224" text-anchor="middle">${year}</text>`)}</svg>`;
    }
  });
})();
