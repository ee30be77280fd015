// The ledger of claims: sorts by the heading that was pressed, filters by section, kind and verdict, and keeps both in the
// address (#?verdict=supported&sort=-agree), so that what is shown can be linked.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("table.ledger");
  const form = document.querySelector("form.ledger-choices");
  const count = document.querySelector(".ledger-count");
  const heads = [...table.tHead.rows[0].cells];
  const rows = [...table.tBodies[0].rows];
  const selects = [...form.elements].filter((one) => one.tagName === "SELECT");
  const names = heads.map((head) => head.dataset.column);
  const has = (select, value) => [...select.options].some((option) => option.value === value);
  let sort = "";

  // An address may ask for what there is not: that is said, and nothing is hidden for it.
  const read = () => {
    const asked = new URLSearchParams(location.hash.startsWith("#?") ? location.hash.slice(2) : "");
    const unknown = [];
    for (const select of selects) {
      const value = asked.get(select.name) ?? "";
      select.value = has(select, value) ? value : "";
      if (select.value !== value) unknown.push(`${select.name} “${value}”`);
    }
    sort = asked.get("sort") ?? "";
    if (sort && !names.includes(sort.replace(/^-/, ""))) {
      unknown.push(`column “${sort}”`);
      sort = "";
    }
    show(unknown);
  };

  const write = () => {
    const asked = new URLSearchParams();
    for (const { name, value } of selects) if (value) asked.set(name, value);
    if (sort) asked.set("sort", sort);
    const query = asked.toString();
    history.replaceState(null, "", query ? `#?${query}` : location.href.split("#")[0]);
    show([]);
  };

  const show = (unknown) => {
    const column = names.indexOf(sort.replace(/^-/, ""));
    const down = sort.startsWith("-");
    heads.forEach((head, place) => {
      if (place === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    const rank = (row) => +row.cells[Math.max(column, 0)].dataset.rank;
    const sorted = [...rows].sort((a, b) => (down ? rank(b) - rank(a) : rank(a) - rank(b)));
    table.tBodies[0].append(...sorted);
    let shown = 0;
    for (const row of rows) {
      row.hidden = selects.some(({ name, value }) => value && row.dataset[name] !== value);
      shown += !row.hidden;
    }
    const of = shown === rows.length ? `${shown} claims` : `${shown} of ${rows.length} claims`;
    count.textContent = unknown.length ? `There is no ${unknown.join(" and no ")}. ${of}` : of;
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      sort = sort === head.dataset.column ? `-${sort}` : head.dataset.column;
      write();
    });
  }
  form.addEventListener("change", write);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const select of selects) select.value = "";
    sort = "";
    write();
  });
  addEventListener("hashchange", read);
  read();
});
