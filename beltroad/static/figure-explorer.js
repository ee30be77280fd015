// <figure-explorer>: Figure 1 for another exporter and another grouping of goods, from values that the page brings along.
// Loaded in the head: the element fills itself as soon as the browser meets it, so that nothing below it moves.
"use strict";
(() => {
  const OWN = "own"; // a reader's own grouping of sections, beside the definitions
  const has = Object.hasOwn;
  const cells = (values, each) => values.map(each).join("");
  const paragraph = (text, kind = "") => Object.assign(document.createElement("p"), { textContent: text, className: kind });

  customElements.define("figure-explorer", class extends HTMLElement {
    connectedCallback() {
      if (this.firstChild) return;
      this.book = JSON.parse(document.getElementById("explore-values").textContent);
      this.innerHTML = this.controls();
      this.setAttribute("role", "region");
      this.setAttribute("aria-labelledby", "explore-title");
      this.tabIndex = -1; // a link to a state leads the keyboard here, too
      this.read();
      this.addEventListener("change", ({ target }) => this.changed(target));
      const copy = this.querySelector("button");
      copy.hidden = !navigator.clipboard;
      copy.addEventListener("click", () => this.copy());
      addEventListener("hashchange", () => { if (this.asked()) { this.read(); this.arrive(); } });
      if (this.asked()) document.addEventListener("DOMContentLoaded", () => this.arrive());
    }

    arrive() {
      this.scrollIntoView();
      this.focus({ preventScroll: true });
    }

    // What is shown: an exporter, a definition or `OWN`, and the class of each section.

    get isOwn() { return this.state.definition === OWN; }
    get exporter() { return this.book.exporters[this.state.exporter]; }

    codes(name) { return Object.keys(this.book.sections).filter((code) => this.state.own[code] === name); }

    shares() {
      if (!this.isOwn) return this.exporter.shares[this.state.definition];
      const of = this.exporter.sections;
      return this.book.classes.map((name) =>
        this.book.years.map((_, year) => this.codes(name).reduce((sum, code) => sum + of[code][year], 0)));
    }

    // As the book measures it: over the six differences, in percentage points.
    distance(shares) {
      if (!this.isOwn) return this.exporter.distance[this.state.definition];
      const off = this.book.printed.flatMap((row, name) => row.map((value, year) => Math.abs(shares[name][year] - value)));
      return { largest: Math.max(...off), rmse: Math.sqrt(off.reduce((sum, value) => sum + value ** 2, 0) / off.length) };
    }

    // The address of what is shown, and back.

    address() {
      const grouping = this.isOwn
        ? this.book.classes.map((name) => `&${name}=${this.codes(name)}`).join("") : `&definition=${this.state.definition}`;
      return `#explore?exporter=${this.state.exporter}${grouping}`;
    }

    asked() {
      const query = location.hash.match(/^#explore\?(.*)$/);
      return query && new URLSearchParams(query[1]);
    }

    /** Show what the address asks for; where it cannot be had, say what is shown instead. */
    read() {
      const { start, whole, exporters, definitions, classes, sections } = this.book;
      const state = this.state = { ...start, own: { ...whole } };
      const asked = this.asked() ?? new URLSearchParams(), words = [];
      const [exporter, definition] = [asked.get("exporter"), asked.get("definition")];
      if (has(exporters, exporter)) state.exporter = exporter;
      else if (exporter !== null) words.push(`Unknown exporter ${exporter} in the link; showing ${this.exporter.name}.`);
      if (classes.some((name) => asked.has(name))) {
        state.definition = OWN;
        for (const code in sections) state.own[code] = "neither";
        for (const name of classes)
          for (const code of asked.get(name)?.split(",").filter(Boolean) ?? [])
            if (!has(sections, code)) words.push(`Unknown section ${code} in the link; left out.`);
            else if (state.own[code] !== "neither") words.push(`Section ${code} is in the link twice; counted as ${state.own[code]}.`);
            else state.own[code] = name;
        if (definition !== null) words.push(`The link names sections and the definition ${definition}; showing its sections.`);
      } else if (has(definitions, definition)) state.definition = definition;
      else if (definition !== null) words.push(`Unknown definition ${definition} in the link; showing ${state.definition}.`);
      this.show(words);
    }

    changed({ name, value }) {
      if (has(this.state, name)) this.state[name] = value;
      else this.state.own[name.slice("section-".length)] = value;
      this.show();
      history.replaceState(null, "", this.address());
    }

    async copy() {
      const said = this.querySelector(".copied");
      try {
        await navigator.clipboard.writeText(this.querySelector("a").href);
        said.textContent = "Copied.";
      } catch {
        said.textContent = "The browser refused; the link beside this can be copied.";
      }
    }

    // What a reader meets.

    controls() {
      const { exporters, definitions, sections, classes } = this.book;
      const groups = [...classes, "neither"];
      const option = ([value, text]) => `<option value="${value}">${text}</option>`;
      const reported = (apart) => {
        const some = Object.entries(exporters).filter(([, one]) => one.apart === apart);
        return `<optgroup label="${apart ? "Apart: " : ""}${some[0][1].side}">
          ${cells(some, ([code, one]) => option([code, one.name]))}</optgroup>`;
      };
      const choices = Object.entries(definitions).map(([name, text]) => [name, `${name}: ${text}`]);
      const radio = (code) => (group) =>
        `<label><input type="radio" name="section-${code}" value="${group}"><span class="unseen">${group}</span></label>`;
      return `<p class="title" id="explore-title"><strong>Try it.</strong> Figure 1 for an exporter and a grouping of your choice.</p>
        <p class="asked"><span><label for="explore-exporter">Exporter</label>
        <select id="explore-exporter" name="exporter" autocomplete="off">${cells([false, true], reported)}</select></span>
        <span><label for="explore-definition">Definition</label>
        <select id="explore-definition" name="definition" autocomplete="off">
        ${cells([...choices, [OWN, "sections one by one"]], option)}</select></span></p>
        <div class="says" aria-live="polite"></div>
        <div class="found"><svg role="img" viewBox="0 0 360 232"></svg><div class="numbers exhibit-scroll"></div></div>
        <fieldset class="sections"><legend>Where each section of the SITC counts</legend>
        <p class="heads" aria-hidden="true"><span></span>${cells(groups, (group) => `<span>${group}</span>`)}</p>
        ${cells(Object.entries(sections), ([code, name]) =>
          `<fieldset><legend>${code} ${name}</legend>${cells(groups, radio(code))}</fieldset>`)}</fieldset>
        <div class="remarks" aria-live="polite"></div>
        <p class="state"><a>Link to this state</a> <button type="button">Copy link</button> <span class="copied" role="status"></span></p>`;
    }

    show(words = []) {
      const shares = this.shares(), svg = this.querySelector("svg");
      for (const name of ["exporter", "definition"]) this.querySelector(`select[name=${name}]`).value = this.state[name];
      for (const [code, name] of Object.entries(this.state.own))
        this.querySelector(`[name=section-${code}][value=${name}]`).checked = true;
      this.querySelector(".sections").hidden = !this.isOwn;
      svg.innerHTML = this.drawing(shares);
      svg.setAttribute("aria-label", this.described(shares));
      this.querySelector(".numbers").innerHTML = this.table(shares);
      this.querySelector(".says").replaceChildren(...words.map((text) => paragraph(text, "word")), ...this.sentences(shares));
      this.querySelector(".remarks").replaceChildren(...this.remarks().map((text) => paragraph(text)));
      this.querySelector("a").href = this.address();
      this.querySelector(".copied").textContent = "";
    }

    get named() {
      return `${this.exporter.name} under ${this.isOwn ? "your grouping" : `“${this.state.definition}”`}`;
    }

    sentences(shares) {
      const { rmse, largest } = this.distance(shares);
      const rows = this.book.classes.map((name, row) => `${name} ${shares[row].map((value) => value.toFixed(2)).join(", ")}%`);
      return [
        paragraph(`${this.named}: ${rmse.toFixed(2)} points from Table 1 by root mean square, ${largest.toFixed(2)} at most.`),
        paragraph(`In ${this.book.years.join(", ")}: ${rows.join("; ")}.`, "unseen"), // who sees has the table
      ];
    }

    remarks() {
      const doubt = this.exporter.doubt[this.state.definition] ?? 0, said = [];
      if (this.exporter.apart) said.push(`Shares ${this.exporter.side}: not to be ranked with the others.`);
      if (doubt >= 0.005) said.push(`Some codes fit several groups of goods: no share is off by more than ${doubt.toFixed(2)} points for that.`);
      return said;
    }

    table(shares) {
      const row = (head, values) => `<tr><th scope="row">${head}</th>${cells(values, (value) => `<td class="num">${value.toFixed(2)}</td>`)}</tr>`;
      const { classes, years, printed } = this.book;
      return `<table><caption>% of what ${this.exporter.name} sells to China, and as the paper prints it</caption>
        <thead><tr><td></td>${cells(years, (year) => `<th scope="col" class="num">${year}</th>`)}</tr></thead>
        <tbody>${cells(classes, (name, at) =>
          row(name, shares[at]) + row(`<span class="unseen">${name}, </span>as printed`, printed[at]))}</tbody></table>`;
    }

    /** What each year's bars show: name, share and printed share of both classes and of the rest. */
    bars(shares) {
      const { classes, years, printed } = this.book;
      const rest = (rows, year) => 100 - rows[0][year] - rows[1][year];
      return years.map((_, year) => [
        ...classes.map((name, at) => [name, shares[at][year], printed[at][year]]),
        ["neither", Math.max(0, rest(shares, year)), rest(printed, year)],
      ]);
    }

    described(shares) {
      const bar = ([name, value, printed]) => `${name} ${value.toFixed(1)}% (printed ${printed.toFixed(1)})`;
      const years = this.bars(shares).map((bars, at) => `${this.book.years[at]}: ${bars.map(bar).join(", ")}.`);
      return `Grouped bars. ${this.named}. ${years.join(" ")}`;
    }

    drawing(shares) {
      const { classes, colours, years } = this.book;
      const height = (value) => 208 - 1.7 * value;
      const fill = (name) => colours[name] ?? "url(#explore-hatch)";
      const swatch = (name, x) => `<rect x="${x}" y="3" width="12" height="9" fill="${fill(name)}" stroke="currentColor" stroke-width="0.8"/>
        <text x="${x + 16}" y="11.5">${name}</text>`;
      const grid = (value) => `<path d="M30 ${height(value)}H358" class="grid"/><text x="26" y="${height(value) + 3.5}" text-anchor="end">${value}</text>`;
      const bar = (x) => ([name, value, printed], at) => {
        const left = x + 33 * at, top = height(value), line = height(printed);
        const above = line < top && top - line < 14 ? line : top; // the number keeps clear of the line
        return `<rect x="${left}" y="${top}" width="32" height="${208 - top}" fill="${fill(name)}" stroke="currentColor" stroke-width="0.8"/>
          <path d="M${left - 1} ${line}h34" class="halo"/><path d="M${left - 1} ${line}h34" class="printed"/>
          <text x="${left + 16}" y="${above - 4}" text-anchor="middle">${value.toFixed(1)}</text>`;
      };
      return `<defs><pattern id="explore-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <path d="M0 0V6" stroke="currentColor" stroke-width="1.2"/></pattern></defs>
        ${cells([...classes, "neither"], (name, at) => swatch(name, [24, 106, 208][at]))}
        <path d="M274 7.5h20" class="printed"/><text x="298" y="11.5">printed</text>
        ${cells([0, 25, 50, 75, 100], grid)}
        ${cells(this.bars(shares), (bars, at) => cells(bars, bar(34 + 110 * at))
          + `<text x="${34 + 110 * at + 49.5}" y="224" text-anchor="middle">${years[at]}</text>`)}`;
    }
  });
})();
