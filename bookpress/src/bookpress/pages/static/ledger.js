// The list of claims: filters by section, kind and verdict, and keeps what is chosen, with the column that `edition.js`
// sorts by, in the address (#?verdict=supported&sort=-agree), so that what is shown can be linked.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.ledger");
  const form = document.querySelector("form.ledger-choices");
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const selects = [...form.elements].filter((one) => one.tagName === "SELECT");

  const words = JSON.parse(document.documentElement.dataset.words ?? "{}"); // of a page that is not in English
  const say = (text, ...values) => (words[text] ?? text).replace(/\{(\d)\}/g, (_, place) => values[place]);

  const show = (unknown = []) => {
    for (const row of rows) row.hidden = selects.some(({ name, value }) => value && row.dataset[name] !== value);
    const shown = rows.filter((row) => !row.hidden).length;
    const of = shown === rows.length ? say("{0} claims", shown) : say("{0} of {1} claims", shown, rows.length);
    const said = unknown.length ? `${say("There is no {0}.", unknown.join(say(" and no ")))} ${of}` : of;
    document.querySelector(".ledger-count").textContent = said;
  };

  const unsort = () => {
    for (const head of heads) head.removeAttribute("aria-sort");
    table.tBodies[0].append(...rows);
  };

  // An address may ask for what there is not: that is said, and nothing is hidden for it.
  const read = () => {
    const asked = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
    const unknown = [];
    for (const select of selects) {
      const value = asked.get(select.name) ?? "";
      select.value = value;
      if (select.value !== value) {
        unknown.push(`${say(select.name)} “${value}”`);
        select.value = "";
      }
    }
    const sort = asked.get("sort") ?? "";
    const head = heads.find((one) => one.dataset.column === sort.replace(/^-/, ""));
    unsort();
    head?.querySelector("button").click();
    if (head && sort.startsWith("-")) head.querySelector("button").click();
    if (sort && !head) unknown.push(`${say("column")} “${sort}”`);
    show(unknown);
  };

  const write = () => {
    const asked = new URLSearchParams(selects.filter(({ value }) => value).map(({ name, value }) => [name, value]));
    const head = heads.find((one) => one.ariaSort);
    if (head) asked.set("sort", (head.ariaSort === "descending" ? "-" : "") + head.dataset.column);
    history.replaceState(null, "", `${asked}` ? `#?${asked}` : location.href.split("#")[0]);
    show();
  };

  table.tHead.addEventListener("click", ({ isTrusted }) => isTrusted && write()); // a reader's click, not one of `read`
  form.addEventListener("change", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const select of selects) select.value = "";
    unsort();
    write();
  });
  addEventListener("hashchange", read);
  read();
});
