"use strict";
// Lists that one can search and sort; all rows are in the page already.
(() => {
  for (const box of document.querySelectorAll("[data-filter]")) {
    const rows = [...document.querySelector(box.dataset.filter).querySelectorAll(":scope > [data-row]")];
    const told = box.closest(".search").querySelector("output");
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        row.dataset.text ??= row.textContent.toLowerCase();
        row.hidden = !words.every((word) => row.dataset.text.includes(word));
        shown += !row.hidden;
      }
      told.textContent = words.length ? `${shown} of ${rows.length}` : "";
    });
  }

  const value = (cell) => {
    const text = cell.dataset.value ?? cell.textContent.trim();
    return text !== "" && isFinite(text) ? Number(text) : text;
  };
  for (const button of document.querySelectorAll(".sortable th button")) {
    const head = button.closest("th"), body = button.closest("table").tBodies[0], at = head.cellIndex;
    button.addEventListener("click", () => {
      const down = head.ariaSort === "descending" ? 1 : -1;
      for (const other of head.parentNode.cells) if (other.ariaSort) other.ariaSort = "none";
      head.ariaSort = down < 0 ? "descending" : "ascending";
      const rows = [...body.rows].map((row) => [value(row.cells[at]), row]);
      rows.sort(([a], [b]) => down * (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1));
      body.append(...rows.map(([, row]) => row));
    });
  }
})();
