"use strict";
// Turns time back: what had not happened yet is hidden, and what was under way ends where time stands.
(() => {
  const until = document.getElementById("until"), shown = document.getElementById("shown");
  const rows = [...document.querySelectorAll("[data-at]")].map((row) => ({
    row, at: Number(row.dataset.at), to: row.dataset.to === undefined ? null : Number(row.dataset.to), width: row.getAttribute("width"),
  }));
  const turn = () => {
    const now = Number(until.value);
    shown.textContent = `${now.toFixed(2)} s`;
    for (const { row, at, to, width } of rows) {
      row.toggleAttribute("data-later", at > now);
      if (to === null || to <= at) continue;
      const part = Math.max(0, Math.min(1, (now - at) / (to - at)));
      row.setAttribute("width", part < 1 ? `${parseFloat(width) * part}%` : width);
    }
  };
  until.addEventListener("input", turn);
  const find = document.querySelector("[data-find]"), told = find.closest("label").querySelector("output");
  const stories = [...document.querySelectorAll("[data-story]")];
  find.addEventListener("input", () => {
    const word = find.value.toLowerCase();
    let count = 0;
    for (const story of stories) {
      story.hidden = !story.querySelector("summary").textContent.toLowerCase().includes(word);
      count += !story.hidden;
    }
    told.textContent = word ? `${count} of ${stories.length}` : "";
  });
})();
