// Reads trade files and answers for them as `tradefiles` does, in the same words; `book` is what `tradefiles/page.py` describes.
// Where an answer could be another than the command's, a `Doubt` says so.
"use strict";
globalThis.tradeFileReading = (book) => {
  /** What the command refuses, in its words; `place` is the cell at fault. */
  class Refusal extends Error {
    constructor(message, place = "") { super(message); this.place = place; }
  }
  /** What only the command can tell. */
  class Doubt extends Error {}
  const refuse = (message, place) => { throw new Refusal(message, place); };
  const doubt = (message) => { throw new Doubt(message); };


  /** Round half to even, as Python does; `toFixed` rounds halves up. */
  const fixed = (value, digits) => {
    const twice = Math.abs(value) * 2 ** (digits + 1), sign = value < 0 ? "-" : "";
    const below = Math.floor(Math.abs(value) * 10 ** digits);
    if (twice % 2 === 1 && below % 2 === 0) return sign + (below / 10 ** digits).toFixed(digits);
    return value.toFixed(digits);
  };
  const grouped = (value, digits = 0) => {
    const [whole, rest] = fixed(value, digits).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? `.${rest}` : "");
  };
  const short = (value, digits) => {
    if (!value) return "0";
    const [number, power] = value.toExponential(digits - 1).split("e");
    if (power < -4 || power >= digits) return `${Number(number)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
    return String(Number(value.toPrecision(digits)));
  };
  const quoted = (text) => {
    if (unprintable.test(text)) doubt("found signs that cannot be shown");
    const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
    return mark + text.replaceAll("\\", "\\\\").replaceAll(mark, `\\${mark}`) + mark;
  };
  /** The exact sum, rounded once, as `math.fsum` has it. */
  const fsum = (values) => {
    const parts = [];
    for (let x of values) {
      let kept = 0;
      for (let y of parts) {
        if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
        const high = x + y, low = y - (high - x);
        if (low) parts[kept++] = low;
        x = high;
      }
      parts.length = kept;
      parts.push(x);
    }
    let high = 0, low = 0;
    while (parts.length && !low) {
      const x = high, y = parts.pop();
      high = x + y;
      low = y - (high - x);
    }
    if (parts.length && low < 0 === parts.at(-1) < 0 && (2 * low) === high + 2 * low - high) high += 2 * low;
    return high;
  };
  const unprintable = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
  const strip = (text) => text.replace(/^[ \t\n\r\v\f]+|[ \t\n\r\v\f]+$/g, "");
  const sorted = (values) => [...new Set(values)].sort(by((one) => one));
  const by = (...keys) => (a, b) => {
    for (const key of keys) {
      const [x, y] = [key(a), key(b)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
  const largest = (map) => [...map].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
  const push = (map, key, value) => { if (map.has(key)) map.get(key).push(value); else map.set(key, [value]); };
  const s = (count) => (count === 1 ? "" : "s");

  // Economies and layouts: `beltroad.spellings`, `tradefiles.layouts`.

  const spelt = new Map(Object.entries(book.spellings).flatMap(([code, names]) => names.map((name) => [name, code])));
  const aliases = (code) => new Set(book.spellings[code]);
  const world = new Set(book.world), missing = new Set(book.missing), whole = new Set([...book.whole, ...book.missing]);
  const noMonth = new Set([...book.noMonth, ...book.missing]);
  const economy = (name) => spelt.get(strip(name ?? "")) ?? "";
  const known = (name) => spelt.has(name) || world.has(name);
  const damaged = (name) => {
    const text = strip(name ?? "");
    return !spelt.has(text) && (missing.has(text) || unprintable.test(text));
  };
  const flows = new Map(Object.entries(book.flows).flatMap(([side, forms]) => forms.map((form) => [form, side])));
  const key = (name) => name.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const filled = (layout, names) => {
    const byKey = new Map(names.map((name) => [key(name), name]));
    return Object.fromEntries(Object.entries(layout.columns)
      .map(([role, keys]) => [role, keys.filter((one) => byKey.has(one)).map((one) => byKey.get(one))])
      .filter(([, columns]) => columns.length));
  };
  const lacking = (layout, names) => {
    const found = filled(layout, names);
    return Object.keys(layout.columns).filter((role) => !layout.optional.includes(role) && !(role in found));
  };
  const recognise = (names, where) => {
    const keys = names.map(key), layout = book.layouts.find((one) => !lacking(one, names).length);
    if (!layout) {
      if (book.companions.some((one) => one.every((name) => keys.includes(name))) && new Set(keys).size <= 6)
        refuse(`${where.replace(/, line 1$/, "")}: found a table of codes, expected trade; name the trade files, too`);
      refuse(`${where}: ${unknown(names)}`);
    }
    const needed = new Set(Object.values(filled(layout, names)).flat().map(key));
    for (const [at, name] of names.entries())
      if (needed.has(keys[at]) && keys.filter((one) => one === keys[at]).length > 1)
        refuse(`${where}: found column ${quoted(name)} twice, expected every column once`);
    return layout;
  };
  const unknown = (names) => {
    const share = (layout) => Object.keys(filled(layout, names)).length / Object.keys(layout.columns).length;
    const nearest = book.layouts.reduce((best, one) => (share(one) > share(best) ? one : best));
    if (share(nearest) < 0.5) {
      if (names.some((name) => unprintable.test(name))) doubt("found no table of trade");
      const every = book.layouts.map(({ name }) => name).join("; ");
      return `found columns ${names.slice(0, 8).join(", ") || "none"}, expected those of one of: ${every}`;
    }
    const roles = lacking(nearest, names).map((role) => `${role} (${nearest.columns[role].join(" or ")})`).join(", ");
    return `looks like ${nearest.name}, but found no column of ${roles}; are columns missing or renamed?`;
  };

  // Bytes to rows: `tradefiles.opening`, `tradefiles.faults`.

  /** Numbers 0, 1, 2 … for pairs of whole numbers as they are met: a hash table without an object a pair. */
  class Pairs {
    constructor() { this.count = 0; this.make(1 << 10); }
    make(size) { this.mask = size - 1; this.cells = new Int32Array(3 * size); }
    slot(a, b) {
      let at = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
      at ^= at >>> 15;
      for (;; at += 1) {
        const slot = 3 * (at & this.mask);
        if (this.cells[slot] === 0 || (this.cells[slot + 1] === a && this.cells[slot + 2] === b)) return slot;
      }
    }
    number(a, b) {
      const slot = this.slot(a, b);
      if (this.cells[slot]) return this.cells[slot] - 1;
      if (this.count > book.mostContexts) doubt("found too many different rows for a page");
      this.cells.set([++this.count, a, b], slot);
      if (2 * this.count > this.mask) {
        const old = this.cells;
        this.make(2 * (this.mask + 1));
        for (let at = 0; at < old.length; at += 3)
          if (old[at]) this.cells.set(old.subarray(at, at + 3), this.slot(old[at + 1], old[at + 2]));
      }
      return this.count - 1;
    }
  }

  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true }), strict = new TextDecoder("utf-8", { fatal: true });
  const western = { decode: (bytes) => new TextDecoder("windows-1252").decode(bytes).replace(/[\x81\x8d\x8f\x90\x9d]/g, "\ufffd") };
  let decoder = utf8; // of the file that is read
  const cellOf = (bytes, from, to) => decoder.decode(bytes.subarray(from, to));

  /** The bytes of a file in blocks, unpacked; `seen` is told how many of its own were read. */
  async function* blocks(file, seen) {
    const start = new Uint8Array(await file.slice(0, 8).arrayBuffer());
    const begins = (...bytes) => bytes.every((byte, at) => start[at] === byte);
    if (!file.size) refuse(`${file.name}: found an empty file, expected a header and rows`);
    const stata = start[0] > 64 && start[0] < 123 && [1, 2].includes(start[1]); // releases 4 to 12
    const form = stata ? "stata" : book.formats.find(([, bytes]) => begins(...bytes))?.[0];
    if (form) doubt(`${file.name}: found ${form}, expected CSV; unpack it or save it as CSV`);
    if (!(await isPacked(file))) {
      const block = (at) => file.slice(at, at + book.block).arrayBuffer();
      let next = block(0);
      for (let at = 0; at < file.size; at += book.block) {
        const bytes = new Uint8Array(await next);
        next = block(at + book.block); // fetched while these are read
        next.catch(() => {}); // thrown when it is awaited
        yield bytes;
        seen(Math.min(at + book.block, file.size));
      }
      return;
    }
    if (!globalThis.DecompressionStream) doubt(`${file.name}: this browser lacks DecompressionStream; unpack the gzip`);
    let read = 0, unpacked = 0;
    const most = Math.max(book.harmless, book.mostTimes * file.size);
    const counted = new TransformStream({ transform(block, to) { seen(read += block.length); to.enqueue(block); } });
    const reader = file.stream().pipeThrough(counted).pipeThrough(new DecompressionStream("gzip")).getReader();
    for (;;) {
      let next;
      try {
        next = await reader.read();
      } catch (error) {
        if (["NotReadableError", "NotFoundError"].includes(error.name)) throw error; // the file itself
        doubt(`${file.name}: found a damaged gzip, or several in one, expected a whole one`);
      }
      if (next.done) break;
      unpacked += next.value.length;
      if (unpacked > most) refuse(`${file.name}: found more than ${grouped(most)} bytes packed, expected at most ${book.mostTimes} times`);
      yield next.value;
    }
    if (!unpacked) refuse(`${file.name}: found an empty file, expected a header and rows`);
  }

  const isPacked = async (file) => {
    const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    return first === 31 && second === 139;
  };
  const joined = (a, b) => {
    const both = new Uint8Array(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    return both;
  };

  /** The delimiter of a text that begins so. */
  const delimiterOf = (head, name, complete) => {
    const last = head.lastIndexOf(10);
    if (!complete && last < 0) refuse(`${name}, line 1: found no end of the line in ${grouped(book.head)} bytes, expected a header`);
    const first = cellOf(head, 0, head.includes(10) ? head.indexOf(10) : head.length).replace(/^\ufeff/, "");
    if (!first.trim()) refuse(`${name}, line 1: found a blank line, expected a header`);
    const count = (sign) => first.split(sign).length - 1;
    const best = [",", "\t", ";", "|"].reduce((best, one) => (count(one) > count(best) ? one : best));
    if (!";|".includes(best)) return best;
    if (count(best) < 3) return ",";
    recognise(first.split(best).map((one) => one.trim().replace(/^"(.*)"$/, "$1")), `${name}, line 1`);
    return refuse(`${name}, line 1: found '${best}' between columns, expected commas or tabs`);
  };

  /** Call `row` for every row that is not blank; return whether the last line has an end. */
  async function rows(file, seen, row) {
    const packed = await isPacked(file);
    decoder = utf8;
    const odd = (what, line) => doubt(`${file.name}, line ${line}: found ${what}`);
    let [from, to] = [new Int32Array(book.mostColumns), new Int32Array(book.mostColumns)];
    let delimiter = 0, line = 1, end = 0, last = 0, rest = new Uint8Array(0), begun = false;
    let signs = 0; // all bytes, bit by bit: without an eighth bit all is ASCII

    /** Read a row that has quotation marks; return where the next begins, or -1 if it goes on. */
    const withQuotes = (bytes, at, final) => {
      const missingMark = (what) => refuse(`${file.name}, line ${line}: ${what}; is a quotation mark missing?`);
      const plain = new Uint8Array(bytes.length - at);
      let size = 0, cells = 0, lines = 1, place = at;
      for (;;) {
        from[cells] = size;
        if (bytes[place] === 34) {
          for (place += 1; ; place += 1) {
            if (place >= bytes.length) return final ? missingMark("unexpected end of data") : -1;
            if (bytes[place] === 34 && bytes[place + 1] !== 34) {
              if (place + 1 >= bytes.length && !final) return -1;
              place += 1;
              break;
            }
            place += bytes[place] === 34;
            lines += bytes[place] === 10;
            if (bytes[place] === 13 && bytes[place + 1] !== 10) odd("a carriage return within a cell", line);
            plain[size++] = bytes[place];
          }
          if (place < bytes.length && ![delimiter, 10, 13].includes(bytes[place]))
            missingMark(`'${String.fromCharCode(delimiter)}' expected after '"'`);
        }
        for (; place < bytes.length && bytes[place] !== delimiter && bytes[place] !== 10 && bytes[place] !== 13; place += 1) {
          if (bytes[place] === 34) odd("a quotation mark within a cell", line);
          plain[size++] = bytes[place];
        }
        to[cells++] = size;
        if (bytes[place] === delimiter) { place += 1; continue; }
        const returned = bytes[place] === 13 ? 1 : 0;
        if (place + returned >= bytes.length && !final) return -1;
        if (returned && bytes[place + 1] !== 10) odd("a carriage return without a line feed", line);
        ended(place < bytes.length ? 10 + 3 * returned : 0);
        row(plain, from, to, cells, line);
        line += lines;
        return place + returned + 1;
      }
    };
    const ended = (how) => {
      if (how && end && how !== end) odd("lines that end in two ways", line);
      end = how || end;
      last = how;
    };
    /** Read a block's whole rows; return where they end. */
    const consume = (bytes, final) => {
      const size = bytes.length;
      for (let at = 0; ;) {
        if (at >= size) return size;
        let cells = 0, start = at, place = at, marks = false, returned = 0;
        for (; place < size; place += 1) {
          const byte = bytes[place];
          signs |= byte;
          if (byte > 44) continue; // most bytes are digits
          if (byte === delimiter) { from[cells] = start; to[cells++] = place; start = place + 1; }
          else if (byte === 10) break;
          else if (byte === 34) { marks = true; break; }
          else if (byte === 13) {
            if (place + 1 < size && bytes[place + 1] !== 10) odd("a carriage return without a line feed", line);
            returned = 1;
          }
        }
        if (marks) {
          if (start !== place) odd("a quotation mark within a cell", line);
          signs = 255;
          const next = withQuotes(bytes, at, final);
          if (next < 0) return at;
          at = next;
          continue;
        }
        if (place === size && !final) return at;
        if (place === size && returned) odd("a carriage return without a line feed", line);
        ended(place < size ? 10 + 3 * returned : 0);
        if (place - returned > at) {
          from[cells] = start;
          to[cells++] = place - returned;
          row(bytes, from, to, cells, line);
        }
        line += 1;
        at = place + 1;
      }
    };
    const isUtf8 = (bytes) => {
      try { return strict.decode(bytes), true; } catch { return false; }
    };
    const begin = (complete) => {
      const zero = rest.subarray(0, book.head).indexOf(0);
      if (zero >= 0) {
        const before = rest.subarray(0, zero).reduce((count, byte) => count + (byte === 10), 1);
        refuse(`${file.name}, line ${before}: found a NUL byte, which no text has, expected a table`);
      }
      const head = rest.subarray(0, book.head);
      if (!isUtf8(complete && rest.length < book.head ? head : head.subarray(0, head.lastIndexOf(10) + 1))) {
        decoder = western;
        notes.push(`${file.name}: read as Windows-1252, not being UTF-8.`);
      }
      delimiter = delimiterOf(rest.subarray(0, book.head), file.name, complete).charCodeAt(0);
      begun = true;
      if (rest[0] === 239 && rest[1] === 187 && rest[2] === 191) rest = rest.subarray(3);
    };
    const go = (final) => {
      const next = consume(rest, final);
      if (signs & 128 && decoder === utf8 && !isUtf8(rest.subarray(0, next))) doubt(`${file.name}: found a text that is UTF-8 in part`);
      signs = 0;
      rest = rest.subarray(next);
    };
    for await (const block of blocks(file, seen)) {
      if (begun && block.includes(0)) doubt(`${file.name}: found NUL bytes, expected text; was the download cut short?`);
      rest = rest.length ? joined(rest, block) : block;
      if (!begun && rest.length < book.head) continue;
      if (!begun) begin(false);
      go(false);
      if (rest.length > book.mostRow) odd(`a row of more than ${grouped(book.mostRow)} bytes`, line);
    }
    if (!begun) begin(true);
    go(true);
    return (packed && decoder === utf8) || last !== 0; // as the command
  }

  const YEAR = new RegExp(`^${book.year}$`);
  const NUMBER = /^[ \t]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t]*$/;
  /** A cell's number: null where programs write none, NaN where it is none. */
  const numberOf = (bytes, from, to) => {
    let whole = 0, divisor = 1, digits = 0, at = from;
    while (at < to && bytes[at] === 32) at += 1;
    for (let point = false; at < to; at += 1) {
      const byte = bytes[at];
      if (byte >= 48 && byte <= 57) { whole = 10 * whole + byte - 48; digits += 1; if (point) divisor *= 10; }
      else if (byte === 46 && !point) point = true;
      else break;
    }
    // Up to 15 digits both are exact: their ratio is rounded once.
    if (at === to && digits && digits <= 15) return whole / divisor;
    const text = cellOf(bytes, from, to);
    return missing.has(text) ? null : NUMBER.test(text) ? Number(text) : NaN;
  };

  // Rows to trade: `tradefiles.layouts.derive`, `tradefiles.asking.ask`.

  const trade = []; // what rows have in common beside code and value, with the sums of each code where China buys
  const files = [], notes = [];
  const china = aliases(book.importer);

  /** Read files one after the other; `seen` is told how many bytes are read of how many. */
  const read = async (given, seen = () => {}) => {
    const every = given.reduce((sum, file) => sum + file.size, 0);
    let before = 0;
    for (const file of given) {
      const name = file.name;
      if (files.includes(file) || files.some((one) => one.name === name && one.size === file.size && one.lastModified === file.lastModified))
        refuse(`${name}: found the same file as ${name}, expected every file once`);
      files.push(file);
      const table = new Table(name, files.length);
      const whole = await rows(file, (bytes) => seen(before + bytes, every),
        (bytes, from, to, cells, line) => table.row(bytes, from, to, cells, line));
      table.end(whole);
      before += file.size;
    }
  };

  class Table {
    constructor(name, number) { Object.assign(this, { name, table: number, names: null, first: true, texts: [], short: new Pairs(), places: [], byText: new Map() }); }

    begin(names) {
      const where = `${this.name}, line 1`;
      this.names = names;
      this.layout = recognise(names, where);
      if (names.length > book.mostColumns) doubt(`${where}: found ${names.length} columns`);
      const columns = this.columns = Object.fromEntries(Object.entries(filled(this.layout, names))
        .map(([role, of]) => [role, of.map((column) => names.indexOf(column))]));
      const values = ["code", "value", "cif", "fob"];
      this.common = sorted(Object.keys(columns).filter((role) => !values.includes(role)).flatMap((role) => columns[role])).map(Number);
      this.chain = this.common.map(() => new Pairs());
      this.last = new Int32Array(this.common.length).fill(-1 << 31);
      this.contexts = [];
      this.numeric = values.slice(1).flatMap((role) => columns[role] ?? []);
      // Not in the contexts, which are too many for a cache.
      this.counts = new Uint32Array(book.mostContexts + 2);
      this.asked = new Uint8Array(book.mostContexts + 2);
    }

    /** A number for what a cell holds: of up to four signs of ASCII these themselves, else below zero. */
    number(bytes, from, to) {
      let packed = 0;
      if (to - from > 4) return -1 - this.long(bytes, from, to);
      for (let at = from; at < to; at += 1) packed = (packed << 8) | bytes[at];
      return packed < 0 ? -1 - this.long(bytes, from, to) : packed;
    }

    /** The place of a cell's text in `texts`. */
    long(bytes, from, to) {
      const size = to - from;
      if (size > 7) {
        const text = cellOf(bytes, from, to);
        if (!this.byText.has(text)) { this.byText.set(text, this.texts.length); this.texts.push(text); }
        return this.byText.get(text);
      }
      let first = 0, rest = size;
      for (let at = 0; at < size; at += 1) if (at < 4) first = (first << 8) | bytes[from + at]; else rest = (rest << 8) | bytes[from + at];
      const number = this.short.number(first, rest);
      if (number === this.places.length) { this.places.push(this.texts.length); this.texts.push(cellOf(bytes, from, to)); }
      return this.places[number];
    }

    row(bytes, from, to, cells, line) {
      if (!this.names) return this.begin(Array.from({ length: cells }, (_, at) => cellOf(bytes, from[at], to[at]).trim()));
      if (this.first) {
        this.first = false;
        this.width = this.names.length + (cells === this.names.length + 1 && from[cells - 1] === to[cells - 1] ? 1 : 0);
      }
      if (cells !== this.width)
        refuse(`${this.name}, line ${line}: found ${cells} cells, expected ${this.names.length}; is the file cut off, or a comma within a cell?`);
      const { common, last } = this;
      let same = true; // as in the row before, which is usual
      for (let at = 0; at < common.length; at += 1) {
        const number = this.number(bytes, from[common[at]], to[common[at]]);
        if (number !== last[at]) { last[at] = number; same = false; }
      }
      if (!same) {
        let number = last[0];
        for (let at = 1; at < common.length; at += 1) number = this.chain[at].number(number, last[at]);
        if (number === this.contexts.length) {
          this.contexts.push(this.context(bytes, from, to, line));
          this.asked[number] = this.contexts[number].codes ? 1 : 0;
        }
        this.current = number;
      }
      this.counts[this.current] += 1;
      const wrong = this.wrong(bytes, from, to, line);
      if (wrong) this.contexts[this.current].wrong ??= wrong;
      if (this.asked[this.current]) this.count(this.contexts[this.current], bytes, from, to, line, wrong);
    }

    context(bytes, from, to, line) {
      const { columns, layout } = this;
      const cell = (column) => cellOf(bytes, from[column], to[column]);
      const stripped = ["period", "flow", "reporter", "partner"];
      const role = (name) => {
        const of = columns[name].map(cell).map((text) => (stripped.includes(name) ? strip(text) : text));
        return (of.length > 1 ? of.find((text) => !missing.has(text)) : of[0]) || null;
      };
      // The first cell of a role that says something.
      const shown = (name) => {
        const column = (columns[name] ?? []).find((one) => !missing.has(cell(one).trim())) ?? columns[name]?.[0];
        return column === undefined ? null : this.place(line, column, cell(column));
      };
      const written = role("year") ?? "", year = Number(YEAR.exec(written)?.[1] ?? NaN);
      const fixedSide = layout.fixed.side, side = fixedSide ?? flows.get(role("flow")) ?? "";
      const bought = book.bought.includes(side), pair = [role("reporter"), role("partner")];
      const [importer, exporter] = bought ? pair : [...pair].reverse();
      const part = book.breakdowns.some((name) => name in columns && !whole.has(role(name) ?? ""));
      let kind = "frequency" in columns ? role("frequency") : "A";
      const period = "period" in columns ? role("period") ?? "" : "";
      if ([...period].length > 4 && !period.endsWith(".0")) kind = "M";
      if ("month" in columns && !noMonth.has(role("month") ?? "")) kind = "M";
      if ("type" in columns && role("type") === "S") kind = "S";
      const own = (name) => layout.fixed[name] ?? (name in columns ? role(name) : "");
      const context = {
        layout: layout.name, year, written, side, basis: layout.fixed.basis ?? (bought ? "CIF" : "FOB"), exporter, importer,
        classification: own("classification"), level: own("level"), part, kind, rows: 0,
        shown: year && side && !damaged(exporter) && !damaged(importer) ? null
          : { year: shown("year"), flow: shown("flow"), economy: ["reporter", "partner"].map(shown) },
        codes: china.has(importer) && side && year ? new Map() : null,
      };
      trade.push(context);
      return context;
    }

    /** A value that is no number: the command meets those of other trade, too. */
    wrong(bytes, from, to, line) {
      for (const column of this.numeric)
        if (Number.isNaN(numberOf(bytes, from[column], to[column]))) return this.place(line, column, cellOf(bytes, from[column], to[column]));
      return null;
    }

    count(context, bytes, from, to, line, wrong) {
      const { columns, layout } = this, [at] = columns.value;
      const number = (column) => numberOf(bytes, from[column], to[column]);
      let value = number(at), basis = context.basis;
      if ("cif" in columns && "fob" in columns) {
        const [cif, fob] = [columns.cif[0], columns.fob[0]].map(number);
        if (value !== null && fob === value && cif !== value && value > 0) basis = "FOB";
      }
      const code = this.texts[this.long(bytes, from[columns.code[0]], to[columns.code[0]])] || null;
      const name = basis === context.basis ? code ?? "" : `${code ?? ""}\n${basis}`;
      let sum = context.codes.get(name);
      if (!sum) {
        sum = { code, basis, value: 0, rows: 0, least: Infinity, most: -Infinity, blank: 0, table: this, line, wrong: null, blankAt: null, belowAt: null };
        context.codes.set(name, sum);
      }
      sum.rows += 1;
      const here = (column) => this.place(line, column, cellOf(bytes, from[column], to[column]));
      if (wrong) sum.wrong ??= wrong;
      else if (value === null) { sum.blank += 1; sum.blankAt ??= here(at); }
      else {
        value *= layout.unit;
        sum.value += value;
        if (value < sum.least) sum.least = value;
        if (value > sum.most) sum.most = value;
        if (value < 0) sum.belowAt ??= here(at);
      }
    }

    place(line, column, cell) {
      const { name, names, table } = this;
      return { order: table * 2 ** 40 + line, cell, get says() { return `${name}, line ${line}, column ${names[column]}: found ${quoted(cell)}`; } };
    }

    end(whole) {
      if (!this.names) refuse(`${this.name}: found an empty file, expected a header and rows`);
      this.contexts.forEach((context, number) => { context.rows = this.counts[number]; });
      if (!whole) notes.push(`${this.name}: the last line has no end; if the file was cut short, its last value is wrong.`);
    }
  }

  // Trade to one flow: `tradefiles.asking`, `tradefiles.strays`.

  const { kinds: KINDS, sides: SIDES, sitc, hs: HS } = book;
  const within = (years) => ({ year }) => !years || !year || (years[0] <= year && year <= years[1]);
  const first = (places) => places.filter(Boolean).reduce((best, one) => (!best || one.order < best.order ? one : best), null);

  const asked = (exporter, years) => {
    const sums = new Map();
    for (const one of trade) {
      if (!one.codes || !within(years)(one) || (exporter && !exporter.has(one.exporter))) continue;
      for (const { code, basis, ...sum } of one.codes.values()) {
        const { layout, year, side, importer, classification, level, part, kind } = one;
        const id = JSON.stringify([layout, year, side, basis, one.exporter, importer, classification, level, code, part, kind]);
        const same = sums.get(id);
        if (!same) {
          sums.set(id, { layout, year, side, basis, exporter: one.exporter, classification, level, code, part, kind, ...sum,
            codeAt: sum.table.place(sum.line, sum.table.columns.code[0], code ?? "") });
          continue;
        }
        for (const name of ["value", "rows", "blank"]) same[name] += sum[name];
        same.least = Math.min(same.least, sum.least);
        same.most = Math.max(same.most, sum.most);
        for (const name of ["wrong", "blankAt", "belowAt"]) same[name] = first([same[name], sum[name]]);
      }
    }
    const text = (name) => (one) => one[name] ?? "";
    return [...sums.values()].sort(by(text("exporter"), text("year"), text("side"), text("classification"), text("code"), text("level"), text("value")));
  };

  const checkNumbers = (rows, here) => {
    const place = first(rows.map(({ wrong }) => wrong));
    const other = trade.find(({ wrong, side, exporter, importer }) => wrong && (!here || !side || !importer || here.has(exporter) || china.has(importer)));
    if (!place && other) doubt(`${other.wrong.says}, expected a plain number`);
    if (!place) return;
    const hint = book.noNumber.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(place.cell))?.[1] ?? "";
    if (!here || /^[\s+-]*(inf|nan)|_/i.test(place.cell)) doubt(`${place.says}, expected a plain number`);
    refuse(`${place.says}, expected a plain number with a decimal point${hint}`);
  };

  /** Refuse what is damaged; return a note of unknown names. */
  const checkStrays = (exporter, years) => {
    const may = (name, asked) => !asked || asked.has(name) || !known(name);
    const fits = ([one, other]) => may(one, exporter) && may(other, china);
    const read = trade.filter(within(years)), mine = ({ codes, exporter: one }) => codes && (!exporter || exporter.has(one));
    const strays = read.filter((row) => !mine(row) && (fits([row.exporter, row.importer]) || (!row.side && fits([row.importer, row.exporter]))));
    const text = (name) => (one) => one[name] ?? "";
    strays.sort(by(text("exporter"), ({ year, written }) => (year ? "" : written), text("side"), text("importer")));
    const pair = ({ exporter: one, importer: other }) => [one ?? "", other ?? ""].sort().join("\n");
    for (const stray of strays) {
      const refused = (cells, expected) => {
        const place = first(read.filter((one) => one.shown && pair(one) === pair(stray)).map(cells));
        if (!place) doubt(`found a row without ${expected}`);
        refuse(`${place.says}, ${expected}`);
      };
      if (!stray.year) {
        const month = /^[0-9]{4}-?[0-9]{2}$/.test(stray.written) ? ", not a month" : "";
        refused((one) => !one.year && one.shown.year, `expected a year such as 2017${month}`);
      }
      if (!stray.side) refused(({ shown }) => shown.flow && !flows.has(strip(shown.flow.cell)) && shown.flow, "expected a flow such as Import or Export");
      for (const role of ["exporter", "importer"])
        if (damaged(stray[role]))
          refused(({ shown }) => shown.economy.find(({ cell }) => damaged(cell)), `expected the name or the code of an ${role}`);
    }
    const counts = new Map();
    for (const { exporter: one, importer: other, rows } of strays)
      for (const name of new Set([one, other])) if (name && !known(name)) counts.set(name, (counts.get(name) ?? 0) + rows);
    const names = [...counts.keys()].sort(by((name) => -counts.get(name), (name) => name));
    const [odd] = read.filter((one) => mine(one) && one.written !== String(one.year)).sort(by(text("exporter"), text("written")));
    const said = odd ? [`Years were written as ${quoted(odd.written)}, and read as ${odd.year}.`] : [];
    if (!names.length) return said;
    const shown = names.slice(0, book.shown).map((name) => `${name} (${grouped(counts.get(name))} row${s(counts.get(name))})`).join(", ");
    const more = names.length > book.shown ? ` and ${names.length - book.shown} more` : "";
    return [`Left out, being of economies by names that are not known: ${shown}${more}.`, ...said];
  };

  const absent = (exporter, years) => {
    const importer = book.importer, whom = `${exporter} to ${importer}`, here = aliases(exporter);
    if (!trade.length) return `${files[0].name}: found a header and no rows, expected trade`;
    const mine = sorted(trade.filter((one) => here.has(one.exporter) && china.has(one.importer) && one.year).map(({ year }) => year));
    if (mine.length) return `${whom}: found figures of ${mine.join(", ")}, expected ${years ? years.join("-") : "any year"}; see --years`;
    const holds = (role, names) => trade.some((one) => names.has(one[role]));
    const lacks = [["exporter", exporter, here], ["importer", importer, china]]
      .filter(([role, , names]) => !holds(role, names)).map(([role, code]) => `no ${role} ${code}`);
    const held = sorted(trade.map(({ side }) => side)).map((side) => {
      const of = trade.filter((one) => one.side === side);
      return `${named(of.map((one) => one.exporter))} to ${named(of.map((one) => one.importer))} (${side || "no known flow"})`;
    });
    const only = trade.every((one) => world.has(one.exporter) || world.has(one.importer)) ? "only aggregates, the World as partner; " : "";
    return `${whom}: found ${only}${lacks.join(" and ") || `no trade of ${exporter} with ${importer}`}; the files hold: ${held.join(", ")}`;
  };
  const named = (found) => {
    const names = sorted(found.map((one) => economy(one) || (world.has(one) ? "World" : String(one ?? "None"))));
    return names.slice(0, book.shown).join(", ") + (names.length > book.shown ? ` and ${names.length - book.shown} more` : "");
  };

  // One flow, its levels and years: `tradefiles.flows`, `tradefiles.classifications`.

  const { near: NEAR, rounding: ROUNDING, totals: TOTALS } = book;
  const digitsOf = ({ code, level, layout }) => {
    if (!code || TOTALS.includes(code.toUpperCase()) || level === "0") return 0;
    if (/^\d+$/.test((level ?? "").trim())) return Number(level);
    return book.layouts.find(({ name }) => name === layout).digits || [...code.trim()].length;
  };
  const namedAs = (classification) => (classification in HS ? `HS ${HS[classification]}` : `SITC Rev. ${classification.slice(1)}`);
  const isSitc = (classification) => sitc.includes(classification);
  const unspecified = (classification, code) =>
    (isSitc(classification) ? ["9", "93"] : ["99"]).includes(code.slice(0, 2));

  /** The SITC division of every six-digit code of an edition; see `steps` in `tradefiles/page.py`. */
  const correspondence = new Map(Object.keys(HS).map((edition) => [edition, new Map()]));
  for (const [span, ofSpan] of Object.entries(book.correspondence))
    for (const [division, steps] of Object.entries(ofSpan)) {
      let code = 0;
      for (const step of steps.split(" ")) {
        code += Number(step);
        for (const edition of Object.keys(HS))
          if (span[0] <= edition[1] && edition[1] <= span[1]) correspondence.get(edition).set(String(code).padStart(6, "0"), division);
      }
    }
  const heldBy = new Map();
  const divisions = (classification) => {
    if (heldBy.has(classification)) return heldBy.get(classification);
    const codes = isSitc(classification) ? book.divisions.map((code) => [code, code]) : correspondence.get(classification);
    const held = new Map();
    for (const [code, division] of codes)
      for (const length of isSitc(classification) ? [1, 2] : [2, 4, 6]) {
        const start = code.slice(0, length);
        if (held.has(start)) held.get(start).add(division); else held.set(start, new Set([division]));
      }
    heldBy.set(classification, held);
    return held;
  };
  const divisionsOf = (classification, code) =>
    [...(divisions(classification).get(isSitc(classification) ? code.slice(0, 2) : code) ?? [])].sort();

  const flowOf = (kept, exporter, wanted) => {
    const whom = `${exporter} to ${book.importer}`, said = [];
    for (const { kind, layout } of kept)
      if (kind !== "A" && kind !== null) refuse(`${layout}: found ${KINDS[kind] ?? `figures of kind ${quoted(kind)}`}, expected annual trade in goods`);
    for (const row of kept) {
      const where = `${whom}, ${row.year}, code ${row.code ?? "None"}`;
      if (row.blank) refuse(`${where}: found no value, expected a plain number`, row.blankAt);
      if (row.least < 0) refuse(`${where}: found ${grouped(row.least)} US$, expected no value below zero`, row.belowAt);
      if (!Number.isFinite(row.value)) doubt(`${where}: found no plain number`);
    }
    kept = oneSide(kept, whom, wanted.side, said);
    const parts = kept.filter(({ part }) => part).reduce((sum, { rows }) => sum + rows, 0);
    if (parts) {
      kept = kept.filter(({ part }) => !part);
      const how = "by second partner, customs or transport";
      if (!kept.length) refuse(`${whom}: found only break-downs ${how}, expected whole flows`);
      said.push(`left out, being parts of other rows (${how}): ${grouped(parts)} rows`);
    }
    const years = new Map();
    for (const year of sorted(kept.map((row) => row.year)))
      years.set(year, yearOf(kept.filter((row) => row.year === year), `${whom}, ${year}`, said));
    const [from, to] = wanted.years, lacks = [];
    for (let year = from; year <= to; year += 1) if (!years.has(year)) lacks.push(year);
    if (lacks.length) {
      const found = `no figures of ${lacks.join(", ")}, expected every year of ${from}-${to}`;
      refuse(`${whom}: found ${found}; found ${[...years.keys()].join(", ") || "none"}`);
    }
    const { side, basis } = kept[0];
    return { exporter, side, basis, layouts: sorted(kept.map(({ layout }) => layout)), years, notes: [...new Set(said)] };
  };

  const oneSide = (rows, whom, wanted, said) => {
    let kept = rows.filter(({ side }) => side in SIDES);
    const others = sorted(rows.map(({ side }) => side)).filter((side) => !(side in SIDES));
    if (others.length) said.push(`left out, being parts of whole flows: ${others.map((side) => `${side}s`).join(", ")}`);
    if (!kept.length) refuse(`${whom}: found only ${others.join(" and ")}s, expected whole flows`);
    const sides = sorted(kept.map(({ side }) => side)).join(" and ");
    if (wanted) {
      kept = kept.filter(({ side }) => side === wanted);
      if (!kept.length) refuse(`${whom}: found the side ${sides}, expected ${wanted}`);
    } else if (sides.includes(" and ")) {
      refuse(`${whom}: found both sides, ${sides}; imports (CIF) and exports (FOB) do not mix in one share: choose one with --side`);
    }
    const bases = sorted(kept.map(({ basis }) => basis));
    if (bases.length > 1) refuse(`${whom}: found values ${bases.join(" and ")} on one side, expected one valuation`);
    return kept;
  };

  const yearOf = (rows, where, said) => {
    const totals = [...new Set(rows.filter((row) => !digitsOf(row)).map((row) => Number(fixed(row.value / row.rows, 2))))].sort((a, b) => a - b);
    if (totals.length > 1)
      refuse(`${where}: found two totals, ${totals.map((total) => grouped(total)).join(" and ")} US$; expected one vintage of the figures`);
    const stated = totals.length ? totals[0] : null, goods = rows.filter(digitsOf);
    if (!goods.length) refuse(`${where}: found only the total of all goods, expected figures by product`);
    let classification = oneClassification(goods, where);
    if (["", "HS"].includes(classification)) classification = editionOf(goods, where, said);
    const { codes, digits } = codesOf(classification, goods, stated, where, said), total = fsum(codes.values());
    if (stated !== null && Math.abs(total - stated) > NEAR * Math.max(stated, 1)) {
      const share = `${fixed(stated ? 100 * total / stated : 0, 1)}%`;
      said.push(`${where}: the parts sum to ${grouped(total)} US$, the file states ${grouped(stated)} (${share})`);
    }
    return { classification, digits, codes, stated, total, level: `${namedAs(classification)} at ${digits} digit${s(digits)}` };
  };

  const oneClassification = (goods, where) => {
    const found = sorted(goods.map(({ classification }) => classification || ""));
    if (found.length > 1)
      refuse(`${where}: found the classifications ${found.join(", ")} in one year, which count the same trade twice: choose one with --classification`);
    if (!["", "HS", ...sitc, ...Object.keys(HS)].includes(found[0]))
      refuse(`${where}: found the classification ${quoted(found[0])}, expected SITC (S1 to S4) or HS (H0 to H6)`);
    return found[0];
  };

  const editionOf = (rows, where, said) => {
    const values = new Map();
    for (const row of rows)
      if ([5, 6].includes(digitsOf(row))) {
        const code = row.code.trim().padStart(6, "0");
        values.set(code, (values.get(code) ?? 0) + row.value);
      }
    if (rows.every((row) => digitsOf(row) < 6))
      refuse(`${where}: found codes without their classification, expected one; name it with --classification`);
    const total = fsum(values.values()) || 1, { year } = rows[0];
    const shares = Object.keys(HS).filter((edition) => HS[edition] <= year).map((edition) => {
      const codes = correspondence.get(edition);
      return [edition, 1 - fsum([...values].filter(([code]) => !codes.has(code)).map(([, value]) => value)) / total];
    });
    if (!shares.length || Math.max(...shares.map(([, share]) => share)) < 1 - book.unknown)
      refuse(`${where}: found codes of no edition of HS that is known, expected one; see --classification`);
    const rounded = ([, share]) => Number(fixed(share, 4));
    const [best, share] = shares.reduce((best, one) => (rounded(one) >= rounded(best) ? one : best)); // the later of equals
    said.push(`${year}: the file names no edition; read as ${namedAs(best)}, which has ${fixed(100 * share, 1)}% of the value`);
    return best;
  };

  const levelsOf = (classification, rows, where, said) => {
    const levels = new Map();
    let repaired = "";
    for (const row of rows) {
      const code = row.code.trim(), digits = digitsOf(row) + (isSitc(classification) ? 0 : digitsOf(row) % 2);
      const isPlain = /^[\p{L}\p{N}]+$/u.test(code);
      if (!isPlain || code.length > digits) {
        const expected = isPlain ? `${digits} digits at this level` : "digits";
        refuse(`${where}: found the product code ${quoted(row.code)}, expected ${expected}`, row.codeAt);
      }
      const padded = code.padStart(digits, "0");
      if (code.length < digits) repaired ||= `${code} read as ${padded}`;
      if (!levels.has(digits)) levels.set(digits, new Map());
      push(levels.get(digits), padded, row);
    }
    if (repaired) said.push(`codes had lost their leading zeros and were given them again (${repaired})`);
    const found = [...levels].sort(by(([digits]) => digits)), fit = found.filter(([digits]) => digits <= (isSitc(classification) ? 5 : 6));
    if (!fit.length)
      refuse(`${where}: found codes of ${found[0][0]} digits, expected ${isSitc(classification) ? "SITC at 1 to 5" : "HS at 2, 4 or 6"}`);
    return fit;
  };

  const codesOf = (classification, rows, stated, where, said) => {
    const levels = levelsOf(classification, rows, where, said);
    noLostZeros(levels, where);
    const values = levels.map(([digits, ofLevel]) => [digits, new Map([...ofLevel].map(([code, ofCode]) => {
      if (ofCode.reduce((sum, row) => sum + row.rows, 0) > 1) refuse(`${where}, code ${code}: ${twice(ofCode)}`);
      return [code, ofCode[0].value];
    }))]);
    let [[digits, codes], ...finer] = values;
    const several = (at, others) => said.push(`the same trade is in the file at several levels; counted at ${at} digits, not again at ${others}`);
    for (const [more, ofMore] of finer) {
      if (isSitc(classification) && digits > 1 && fsum(ofMore.values()) <= fsum(codes.values()) * (1 + NEAR)) {
        several(digits, more);
        continue;
      }
      codes = joinedLevels(codes, ofMore, (code) => unspecified(classification, code), stated, `${where}, ${digits} and ${more} digits`);
      digits = more;
    }
    const coarse = new Map([...codes].filter(([code]) => code.length < digits)), total = fsum(codes.values());
    if (finer.length && !coarse.size) several(digits, values.map(([level]) => level).filter((level) => level !== digits).join(" and "));
    else if (coarse.size && total) {
      const names = [...coarse.keys()].sort(by((code) => -coarse.get(code), (code) => code));
      const shown = `${names.slice(0, 4).join(", ")}${names.length > 4 ? ", …" : ""}`;
      said.push(`${where}: ${fixed(100 * fsum(coarse.values()) / total, 2)}% of the value is stated with fewer than ${digits} digits only (${shown}), counted there`);
    }
    return { codes, digits };
  };

  const joinedLevels = (known, finer, hidden, stated, where) => {
    const parts = new Map([...known.keys()].map((code) => [code, new Map()]));
    let apart = new Map();
    for (const [code, value] of finer) {
      let length = code.length - 1;
      while (length && !known.has(code.slice(0, length))) length -= 1;
      (length ? parts.get(code.slice(0, length)) : apart).set(code, value);
    }
    const [here, there, beside] = [known, finer, apart].map((level) => fsum(level.values())), most = NEAR * Math.max(here, there);
    const rest = new Map([...known].map(([code, value]) => [code, value - fsum(parts.get(code).values())]));
    const lacks = fsum([...rest.values()].filter((value) => value > 0));
    const below = [...rest].filter(([, value]) => value < 0).map(([code, value]) => [code, -value]);
    const [over, more] = [below.filter(([code]) => !hidden(code)), below.filter(([code]) => hidden(code))].map((some) => new Map(some));
    const refused = (found) => refuse(`${where}: found ${found}; expected levels that agree: ask for one of them`);
    if (fsum(over.values()) > most) {
      const worst = largest(over);
      refused(`${grouped(fsum(parts.get(worst).values()))} US$ in the parts of code ${worst}, which has ${grouped(known.get(worst))}`);
    }
    const off = (sum) => stated === null || Math.abs(sum - stated) > most;
    if (Math.min(lacks, beside) > most && off(here + beside)) {
      if (Math.abs(there - here) > most && off(here))
        refused(`${grouped(beside)} US$ in codes that the coarser level does not have, such as ${[...apart.keys()].sort()[0]}, and lacking ${grouped(lacks)}`);
      apart = new Map();
    }
    if (fsum(more.values()) > lacks + most)
      refused(`${grouped(fsum(more.values()))} US$ more of goods not specified at the finer level, and lacking ${grouped(lacks)} elsewhere`);
    for (const [code, value] of more) {
      const ofCode = parts.get(code), most = largest(ofCode);
      ofCode.set(most, ofCode.get(most) - value);
    }
    const kept = [...rest].filter(([code, value]) => value > ROUNDING * known.get(code));
    return new Map([...kept, ...[...parts.values()].flatMap((ofCode) => [...ofCode]), ...apart]);
  };

  const noLostZeros = (levels, where) => {
    const sum = (ofLevel) => fsum([...ofLevel.values()].flat().map(({ value }) => value));
    for (let at = 1; at < levels.length; at += 1) {
      const [[few, one], [many, other]] = [levels[at - 1], levels[at]], [here, there] = [sum(one), sum(other)];
      const unsaid = [...one].filter(([, rows]) => rows.some(({ level }) => !level)).map(([code]) => code);
      const fixedDigits = book.layouts.find(({ name }) => name === [...one.values()][0][0].layout).digits;
      if (!unsaid.length || fixedDigits || !(Math.abs(here - there) > NEAR * Math.max(here, there))) continue;
      const [code] = unsaid, rows = [...one.values(), ...other.values()].flat().filter((row) => row.code === code);
      const found = `found codes of ${few} digits, such as '${code}', beside codes of ${many} that do not sum to the same`;
      const nowhere = { says: `${files.slice(0, 3).map(({ name }) => name).join(", ")}: found one` };
      refuse(`${where}: ${found}; did codes lose their leading zeros (${code} for 0${code})?`, first(rows.map(({ codeAt }) => codeAt)) ?? nowhere);
    }
  };

  const twice = (rows) => {
    const least = Math.min(...rows.map((row) => row.least)), most = Math.max(...rows.map((row) => row.most));
    const count = rows.reduce((sum, row) => sum + row.rows, 0);
    return least === most ? `found ${count} rows with the same value (${grouped(least)} US$), expected one; is a file given twice?`
      : `found several values, ${grouped(least)} to ${grouped(most)} US$, expected one; are there two vintages of the figures, or two customs areas?`;
  };

  // What a flow answers: `tradefiles.answers`, `beltroad.table1`.

  const { sectors: SECTORS, printed: PRINTED, mirror: MIRROR, recorded } = book, UNCLASSIFIED = "unclassified";
  const sideOf = ({ side, basis, exporter }) =>
    `${SIDES[side].replaceAll("the importer", book.importer).replaceAll("the exporter", exporter)} (${basis})`;
  const record = (side, exporter, year) => recorded[side][exporter]?.[year];
  const sectorsOf = (classification, code, definition) =>
    new Set(divisionsOf(classification, code).map((division) => book.definitions[definition][division]));

  /** The shares of the sectors in each year, in %: `{sector: [share of each year]}`. */
  const sharesOf = (flow, definition, partial = false) => {
    for (const [year, one] of flow.years) {
      const where = `${flow.exporter} to ${book.importer}, ${year}`;
      if (!one.total) refuse(`${where}: found values that sum to nothing, expected trade`);
      checkUnit(flow, year, where);
      const found = partOf(flow, year);
      if (found && !partial) refuse(`${where}: ${found}; expected all goods; --partial answers for the part alone`);
    }
    const shares = summed(flow, definition);
    if (!shares.has(UNCLASSIFIED)) return shares;
    for (const [at, [year, one]] of [...flow.years].entries()) {
      const where = `${flow.exporter} to ${book.importer}, ${year}`, strange = isStrange(one);
      const notKnown = 100 * fsum([...one.codes].filter(([code]) => strange(code)).map(([, value]) => value)) / one.total;
      const undecided = shares.get(UNCLASSIFIED)[at] - notKnown;
      if (undecided > 100 * book.coarse) {
        const allowed = Object.keys(book.definitions).filter((name) =>
          Math.max(...(summed(flow, name, true).get(UNCLASSIFIED) ?? [0])) <= 100 * book.coarse);
        refuse(`${where}: found ${one.level}, too coarse for the definition '${definition}': ${fixed(undecided, 0)}% of the value is `
          + "in codes whose parts belong to several sectors; expected a finer level, or one of the definitions that it "
          + `allows: ${allowed.join(", ") || "none"}`);
      }
      if (notKnown > 100 * book.unknown)
        refuse(`${where}: found ${fixed(notKnown, 0)}% of the value in codes that ${namedAs(one.classification)} does not have, such as ${unclassified(one, definition)[0]}; expected its codes`);
    }
    return shares;
  };
  const isStrange = (one) => (code) => !divisionsOf(one.classification, code).length;
  const summed = (flow, definition, knownOnly = false) => {
    const years = [...flow.years.values()], sums = new Map(SECTORS.map((sector) => [sector, years.map(() => [])]));
    const every = years.map(() => []);
    for (const [at, one] of years.entries())
      for (const [code, value] of one.codes) {
        if (knownOnly && isStrange(one)(code)) continue;
        const of = sectorsOf(one.classification, code, definition), sector = of.size === 1 ? [...of][0] : UNCLASSIFIED;
        if (!sums.has(sector)) sums.set(sector, years.map(() => []));
        sums.get(sector)[at].push(value);
        every[at].push(value);
      }
    return new Map([...sums].map(([sector, values]) => [sector, values.map((some, at) => 100 * fsum(some) / fsum(every[at]))]));
  };
  const unclassified = (one, definition) => [...one.codes.keys()]
    .filter((code) => sectorsOf(one.classification, code, definition).size !== 1)
    .sort(by((code) => -one.codes.get(code), (code) => code));

  const mirrorOf = (flow) => {
    if (flow.side === "reconciled") return null;
    const other = flow.side === "importer" ? "exporter" : "importer";
    const both = [...flow.years].filter(([year]) => record(other, flow.exporter, year) !== undefined);
    if (!both.length) return null;
    const mine = both.reduce((sum, [, { total }]) => sum + total, 0);
    const theirs = both.reduce((sum, [year]) => sum + record(other, flow.exporter, year), 0);
    return flow.side === "importer" ? mine / theirs : theirs / mine;
  };
  const onRecord = (flow, year) => {
    const sides = flow.side === "importer" ? ["importer", "exporter"] : ["exporter", "importer"];
    const found = sides.map((side) => record(side, flow.exporter, year)).filter(Boolean);
    return found.length ? (flow.side === "reconciled" ? Math.min(...found) : found[0]) : 0;
  };
  const kindsOf = ({ classification, codes }) => {
    const isOne = isSitc(classification) && [...codes.keys()].every((code) => code.length === 1), length = isOne ? 1 : 2;
    const every = sorted(divisions(classification).keys()).filter((code) => code.length === length);
    const begun = [...new Set([...codes.keys()].map((code) => code.slice(0, length)))];
    const held = every.filter((kind) => begun.some((start) => kind.startsWith(start)));
    return { held, every, name: isSitc(classification) ? ["section", "division"][length - 1] : "chapter" };
  };
  const few = (one) => {
    const { held, every } = kindsOf(one);
    return held.length < book.kindsShare * every.length;
  };
  const heldIn = (one) => {
    const { held, every, name } = kindsOf(one), lacks = every.filter((kind) => !held.includes(kind));
    if (!lacks.length) return `goods of every ${name}`;
    return held.length <= lacks.length ? `goods of ${held.length} of ${every.length} ${name}s only (${spans(held, every)})`
      : `no goods of ${lacks.length} of ${every.length} ${name}s (${spans(lacks, every)})`;
  };
  const spans = (some, every) => {
    const runs = [];
    for (const place of some.map((one) => every.indexOf(one)))
      if (runs.length && runs.at(-1)[1] === place - 1) runs.at(-1)[1] = place; else runs.push([place, place]);
    return runs.map(([from, to]) => (from === to ? every[from] : `${every[from]}-${every[to]}`)).join(", ");
  };
  const partOf = (flow, year) => {
    const one = flow.years.get(year), onBook = onRecord(flow, year);
    for (const [total, whose] of [[one.stated ?? 0, "that the file states"], [onBook, "that the book has on record"]])
      if (one.total < book.least * total && !(total === onBook && !few(one)))
        return `found ${grouped(one.total)} US$, ${short(100 * one.total / total, 2)}% of the ${grouped(total)} ${whose}, with ${heldIn(one)}`;
    return "";
  };
  const checkUnit = (flow, year, where) => {
    const { total } = flow.years.get(year), one = flow.years.get(year), factor = book.factor;
    let times = 0, onBook = 0;
    if (few(one)) return;
    for (const side of ["exporter", "importer"]) {
      onBook = record(side, flow.exporter, year) || onBook;
      times = onBook ? Math.max(total / onBook, onBook / total) : 0;
      if (0 < times && times < factor ** 0.5) return;
    }
    if (!(factor / 4 < times && times < factor * 4)) return;
    const unit = book.layouts.find(({ name }) => name === flow.layouts[0]).unit === factor ? "thousand US$" : "US$";
    refuse(`${where}: found ${grouped(total)} US$ in all, expected about ${grouped(onBook)}; are the values in ${unit}, as those of ${flow.layouts[0]} are?`);
  };

  const notesOf = (flow, definition) => {
    const lines = [], lost = [], levels = new Map();
    for (const [year, one] of flow.years) {
      push(levels, one.level.replace(" at", ","), year);
      let stated = "no total stated";
      if (one.stated !== null) stated = `stated total ${grouped(one.stated)} (${fixed(one.stated ? 100 * one.total / one.stated : 0, 2)}%)`;
      const count = one.codes.size;
      lines.push(`${year}: ${count} code${count !== 1 ? "s sum" : " sums"} to ${grouped(one.total)} US$, ${stated}`);
      const onBook = onRecord(flow, year) || one.total;
      if (few(one)) lines.push(`${year}: ${heldIn(one)}; shares are of these`);
      else if (!(book.least < one.total / onBook && one.total / onBook < 1 / book.least))
        lines.push(`${year}: ${short(100 * one.total / onBook, 3)}% of the ${grouped(onBook)} US$ that the book has on record; check both`);
      const hidden = [...one.codes].filter(([code]) => unspecified(one.classification, code));
      if (hidden.length) {
        const share = fixed(100 * fsum(hidden.map(([, value]) => value)) / one.total, 2);
        lines.push(`${year}: ${share}% of the value is in goods not specified (${sorted(hidden.map(([code]) => code)).join(", ")})`);
      }
      const codes = unclassified(one, definition);
      if (codes.length) {
        const share = fixed(100 * fsum(codes.map((code) => one.codes.get(code))) / one.total, 2);
        lost.push(`${year}: ${codes.length} codes unclassified, ${share}% of the value (${codes.slice(0, 3).join(", ")}${codes.length > 3 ? ", …" : ""})`);
      }
    }
    const read = [...levels].map(([level, years]) => `${level} (${years[0]}-${years.at(-1)})`).join("; ");
    lines.unshift(`Read as ${flow.layouts.join(" and ")}: ${read}.`);
    const used = new Set([...flow.years.values()].map(({ classification }) => classification));
    const older = ["S1", "S2", "S3"].filter((name) => used.has(name)).map(namedAs);
    if (older.length) lines.push(`The divisions of ${older.join(" and ")} are read as those of Rev. 4 of the same number.`);
    const ratio = mirrorOf(flow);
    if (ratio !== null && !(MIRROR[0] <= ratio && ratio <= MIRROR[1]))
      lines.push(`The two sides differ: ${book.importer} reports ${fixed(ratio, 2)} times what ${flow.exporter} does, by the book's own `
        + "record of totals; shares may describe another trade than the exporter's.");
    return [...lines, ...flow.notes, ...lost];
  };

  const distanceOf = (shares, years) => {
    const off = book.rows.flatMap((name) => book.years.map((year, at) => Math.abs(shares.get(name)[years.indexOf(year)] - PRINTED[name][at])));
    return { largest: Math.max(...off), rmse: Math.sqrt(off.reduce((sum, value) => sum + value ** 2, 0) / off.length) };
  };



  const table1 = (exporter, { definition, years, side }) => {
    const here = aliases(exporter), found = asked(here, years);
    checkNumbers(found, here);
    const left = checkStrays(here, years);
    if (!found.length) refuse(absent(exporter, years));
    try {
      const flow = flowOf(found, exporter, { years, side }), shares = sharesOf(flow, definition), every = [...flow.years.keys()];
      const whose = sideOf(flow), { importer } = book;
      return {
        about: `Exports of ${exporter} to ${importer}, share of each sector in %, definition '${definition}', ${whose}.`,
        head: ["sector", ...every.map(String)],
        rows: [...shares].map(([sector, values]) => [sector, ...values.map((value) => fixed(value, 2))]),
        notes: [...notesOf(flow, definition), ...new Set(notes), ...left], whose, years: every,
        shares: Object.fromEntries(shares), distance: book.years.every((year) => every.includes(year)) ? distanceOf(shares, every) : null,
      };
    } catch (error) {
      if (error instanceof Refusal && error.place) refuse(`${error.place.says} (${error.message})`);
      throw error;
    }
  };

  const rank = ({ definition, side }) => {
    const { importer } = book, years = [book.years[0], book.years.at(-1)], all = asked(null, years);
    checkNumbers(all, null);
    const unnamed = checkStrays(null, years);
    const [ranked, found, reasons, worlds, coarse, sides] = [new Map(), new Map(), new Map(), [], new Map(), new Set()];
    const total = (flow) => fsum([...flow.years.values()].map((one) => one.total));
    const tried = (make, name) => {
      try { return make(); } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        reasons.set(name, error.message);
        return null;
      }
    };
    const groups = new Map();
    for (const row of all) push(groups, row.exporter ?? "", row);
    for (const [name, rows] of groups) {
      const code = economy(name);
      if (damaged(name)) doubt("found rows of China's purchases without the name or the code of an exporter");
      if (found.has(code)) refuse(`${code}: found two spellings, ${found.get(code)} and ${name}, in one question; ask files of one layout at a time`);
      if (code === importer) { reasons.set(code, "returned goods, not trade with a partner"); continue; }
      const flow = tried(() => flowOf(rows, code || name, { years, side }), code || name);
      if (world.has(name)) {
        reasons.delete(name);
        if (flow) worlds.push(total(flow));
      } else if (!code) {
        const why = spelt.has(name) ? "being no single economy" : "by a name that is not known";
        reasons.set(flow ? `${name || "no name"} (${grouped(total(flow) / 1e6, 2)} million US$)` : name || "no name", why);
      } else if (flow) {
        tried(() => {
          const shares = sharesOf(flow, definition), every = [...flow.years.values()], all = total(flow);
          const lost = every.reduce((sum, one, at) => sum + (shares.get(UNCLASSIFIED)?.[at] ?? 0) * one.total, 0);
          ranked.set(code, { ...distanceOf(shares, [...flow.years.keys()]), mapped: 100 - lost / all, mirror: mirrorOf(flow), millions: all / 1e6 });
          sides.add(`${flow.side} (${flow.basis})`);
          const lacks = fsum(every.flatMap((one) => [...one.codes].filter(([code]) => code.length < one.digits).map(([, value]) => value)));
          if (lacks) coarse.set(code, 100 * lacks / all);
        }, code);
      }
      if (code) found.set(code, name);
    }
    if (!ranked.size) refuse(`${importer}: no exporter can be ranked; ${reasons.size ? [...reasons.values()][0] : `found no exporter to ${importer}`}`);
    if (sides.size > 1) refuse(`${importer}: found exporters on several sides, ${[...sides].sort().join(" and ")}; choose one with --side`);
    const apart = ({ mirror }) => mirror !== null && !(MIRROR[0] <= mirror && mirror <= MIRROR[1]);
    const order = [...ranked].sort(by(([, one]) => apart(one), ([, one]) => one.rmse, ([code]) => code));
    const [whose] = sides, [reported] = whose.split(" ");
    const said = [
      `mirror: importer's figure over the exporter's own, by the book's record; outside ${MIRROR[0]} to ${MIRROR[1]} no place is given.`,
      "A small distance is no identification: the paper names neither the country nor its source, and several may lie as near.",
    ];
    if (worlds.length === 1)
      said.push(`The exporters above sell ${fixed(100 * fsum(order.map(([, one]) => one.millions)) * 1e6 / worlds[0], 1)}% of what the files state for the World.`);
    if (coarse.size) {
      const names = [...coarse.keys()].sort(by((code) => -coarse.get(code), (code) => code));
      const more = names.length > book.shown ? ` and ${names.length - book.shown} more` : "";
      const shown = names.slice(0, book.shown).map((code) => `${code} (${short(coarse.get(code), 2)}%)`).join(", ");
      said.push(`Counted in part with fewer digits, where the finer codes sum to less: ${shown}${more}.`);
    }
    const left = new Map();
    for (const [code, reason] of [...reasons].sort(by(([code]) => code))) {
      const at = reason.indexOf(": ");
      push(left, (at < 0 ? "" : reason.slice(at + 2)) || reason, code);
    }
    for (const [reason, codes] of left) said.push(`Not ranked, ${reason}: ${codes.join(", ")}${codes.length > 3 ? ` (${codes.length} in all)` : ""}.`);
    return {
      about: `Exporters to ${importer} by distance to the six printed numbers, ${years.join("-")}, in percentage points; `
        + `definition '${definition}', ${SIDES[reported].replaceAll("the importer", importer)} ${whose.slice(reported.length + 1)}.`,
      head: ["exporter", "place", "rmse", "largest", "mapped, %", "mirror", "million US$"],
      rows: order.map(([code, one], at) => [code, apart(one) ? "" : String(at + 1),
        ...[one.rmse, one.largest, one.mapped, one.mirror, one.millions].map((value) => (value === null ? "" : fixed(value, 2)))]),
      notes: [...said, ...new Set(notes), ...unnamed],
    };
  };

  const choices = () => {
    const mine = trade.filter(({ codes, exporter }) => codes && economy(exporter) && economy(exporter) !== book.importer);
    return {
      exporters: sorted(mine.map(({ exporter }) => economy(exporter))),
      years: sorted(mine.map(({ year }) => year)),
      sides: sorted(mine.map(({ side }) => side)).filter((side) => side in SIDES),
      held: mine.length ? "" : absent(book.importer, null),
    };
  };

  return { Refusal, Doubt, read, choices, table1, rank };
};
