"use strict";
// What htmx leaves to do: bound the list of lines, and say when the sandbox does not answer.
(() => {
  const KEPT = 300;
  const lost = document.getElementById("lost");
  document.body.addEventListener("input", (event) => {
    const output = event.target.type === "range" && event.target.parentElement.querySelector("output");
    if (output) output.value = event.target.value + event.target.dataset.unit;
  });
  document.body.addEventListener("htmx:sseOpen", () => { lost.hidden = true; });
  document.body.addEventListener("htmx:sseError", () => { lost.hidden = false; });
  document.body.addEventListener("htmx:sseMessage", (event) => {
    if (event.detail.type !== "happened") return;
    const lines = document.querySelector("[data-lines]");
    while (lines.children.length > KEPT) lines.lastElementChild.remove();
  });
})();
