// What a page does beyond plain HTML: colours, the list of chapters on a phone, copying code.
// Loaded in the head and kept small, so that the first paint has the reader's colours.
"use strict";
(() => {
  const root = document.documentElement;
  // Words that are written into the page, in its language: of a translated page they are in an attribute.
  const words = JSON.parse(root.dataset.words ?? "{}");
  const say = (word) => words[word] ?? word;
  const system = matchMedia("(prefers-color-scheme: dark)");

  // A browser may refuse storage (private windows, files); the choice then lasts for the page.
  const remembered = (name) => {
    try { return localStorage.getItem(name); } catch { return null; }
  };
  const remember = (name, choice) => {
    try { localStorage.setItem(name, choice); } catch { /* see above */ }
  };
  const colour = () => {
    root.dataset.theme = ["light", "dark"].includes(remembered("theme")) ? remembered("theme") : system.matches ? "dark" : "light";
  };
  colour();
  root.classList.add("scripted");

  const colours = (button) => {
    const other = () => (root.dataset.theme === "dark" ? "light" : "dark");
    const label = () => {
      button.textContent = say(other() === "dark" ? "Dark" : "Light");
      button.title = say(`Change to ${other()} colours`);
    };
    system.addEventListener("change", () => { colour(); label(); });
    button.addEventListener("click", () => {
      root.dataset.theme = other();
      remember("theme", root.dataset.theme);
      label();
    });
    label();
  };

  const chapters = (button) => {
    const list = document.getElementById("chapters");
    const set = (open) => {
      list.classList.toggle("open", open);
      button.setAttribute("aria-expanded", open);
    };
    button.addEventListener("click", () => set(!list.classList.contains("open")));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && list.classList.contains("open")) {
        set(false);
        button.focus();
      }
    });
  };

  const buttonIn = (place, content, does) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...content);
    button.addEventListener("click", () => does(button));
    place.append(button);
    return button;
  };

  const copying = (code) => {
    buttonIn(code, [say("Copy")], async (button) => {
      await navigator.clipboard.writeText(code.querySelector("pre").textContent);
      button.textContent = say("Copied");
      setTimeout(() => { button.textContent = say("Copy"); }, 2000);
    }).className = "copy";
  };

  // Rows of a sortable table follow the column whose heading was pressed; a second press turns them round.
  const sorting = (table) => {
    const body = table.tBodies[0];
    const value = (row, column) => {
      const cell = row.cells[column];
      const text = cell.dataset.rank ?? cell.textContent.trim().replace(/,/g, "").replace("−", "-");
      return text === "n/a" ? "" : text;
    };
    const compare = (a, b) => (a === "") - (b === "") || (isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b);
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      buttonIn(head, head.childNodes, () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  };

  // Which code a page shows: what its authors chose, all, each piece folded at its result, or none. The choice is remembered.
  const folds = () => document.querySelectorAll(".cell > details.hide");
  const showCode = (choice) => {
    root.dataset.code = choice;
    for (const fold of folds()) fold.open = choice ? choice === "all" : fold.classList.contains("shown");
  };
  const codeChoice = (select) => {
    select.value = ["all", "folded", "none"].includes(remembered("code")) ? remembered("code") : "";
    if (select.value) showCode(select.value);
    select.addEventListener("change", () => { remember("code", select.value); showCode(select.value); });
  };

  // What an address names; one that is no code of any letters, such as a lone %, names nothing.
  const named = (hash) => {
    try { return document.getElementById(decodeURIComponent(hash.slice(1))); } catch { return null; }
  };

  // A link to something inside folded code opens the fold. A claim or an exhibit that now stands in another chapter has its own page.
  const unfold = () => {
    const target = named(location.hash);
    const [, claim, exhibit] = (!target && /^#(?:claim-([\w-]+)|((?:figure|table)-[\w-]+))$/.exec(location.hash)) || [];
    if (claim || exhibit) location.replace(root.dataset.content_root + (claim ? `claims/${claim}.html` : `exhibits/${exhibit}.html`));
    for (let node = target; node; node = node.parentElement)
      if (node.tagName === "DETAILS") node.open = true;
  };

  document.addEventListener("DOMContentLoaded", () => {
    const does = { colours, chapters };
    for (const button of document.querySelectorAll("button[data-does]")) does[button.dataset.does](button);
    document.querySelectorAll("select[name=code]").forEach(codeChoice);
    if (navigator.clipboard) document.querySelectorAll(".cell_input .highlight, .exhibit-page .highlight").forEach(copying);
    document.querySelectorAll("table.sortable").forEach(sorting);
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      document.querySelector("input[name=q]").select();
    });
    // Opened as a file, a page may not say that a link is to be saved: the browser shows what it can.
    if (location.protocol === "file:")
      for (const link of document.querySelectorAll("a[download]")) link.title = say("To save it: right click, “Save link as”");
    unfold();
    addEventListener("hashchange", unfold);
  });
})();
