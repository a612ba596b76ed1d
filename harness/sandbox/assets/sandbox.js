"use strict";
// What htmx leaves to do: fetch the panels that changed at this browser's own pace, keep the focus and what was opened
// where a panel is morphed, bound the list of lines, and say when the sandbox does not answer.
(() => {
  const KEPT = 300, REST = 100;
  const body = document.body, said = document.getElementById("said"), lost = document.getElementById("lost");
  let seen = body.dataset.seen, wanted = false, fetching = false;

  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // What is the same is left alone, and what somebody opened or closed stays so.
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (old, fresh) => !old.isEqualNode(fresh);
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !(name === "open" && node.tagName === "DETAILS");

  // Whoever is about to press Enter must not lose the place: not where its row moves, nor where its button is replaced.
  function keepFocus(panel, morph) {
    const held = document.activeElement, row = held.closest("li[id], tr[id]")?.id, label = held.ariaLabel;
    const inside = panel.contains(held);
    morph();
    if (!inside || document.activeElement === held) return;
    const buttons = [...panel.querySelectorAll("button")];
    const again = held.isConnected ? held : buttons.find((one) => label && one.ariaLabel === label)
      ?? (row && document.getElementById(row)?.querySelector("button"));
    again?.focus({preventScroll: true});
  }

  function show(name, html) {
    const panel = document.querySelector(`[data-panel="${name}"]`);
    if (!panel) return;
    const fresh = [];
    const afterNodeAdded = (node) => fresh.push(node);
    const afterNodeMorphed = (node) => { if (node.matches?.("[hx-get], [hx-post]")) fresh.push(node); };
    keepFocus(panel, () => Idiomorph.morph(panel, html, {morphStyle: "innerHTML", callbacks: {afterNodeAdded, afterNodeMorphed}}));
    fresh.filter((node) => node.nodeType === Node.ELEMENT_NODE).forEach((node) => htmx.process(node));
  }

  // One request at a time, each panel in a task of its own, and a rest as long as all of it took. What changes meanwhile
  // is in the next answer, so that nothing queues up for a slow browser.
  async function update() {
    wanted = true;
    if (fetching) return;
    fetching = true;
    while (wanted && !document.hidden) {
      wanted = false;
      const began = performance.now();
      try {
        const answer = await fetch(`/panels?seen=${encodeURIComponent(seen)}`);
        const news = answer.status === 200 ? await answer.json() : {seen, panels: {}};
        for (const [name, html] of Object.entries(news.panels)) {
          await pause(0);
          show(name, html);
        }
        seen = news.seen;
      } catch { /* The stream tells of the next change, or that it is lost as well. */ }
      await pause(Math.max(REST, performance.now() - began));
    }
    fetching = false;
  }

  body.addEventListener("sse:changed", update);
  document.addEventListener("visibilitychange", () => { if (wanted) update(); });
  body.addEventListener("input", (event) => {
    const output = event.target.type === "range" && event.target.parentElement.querySelector("output");
    if (output) output.value = event.target.value + event.target.dataset.unit;
  });
  body.addEventListener("htmx:sendError", () => { said.textContent = "The sandbox did not answer: try that again."; });
  body.addEventListener("htmx:sseOpen", () => { lost.hidden = true; });
  body.addEventListener("htmx:sseError", () => { lost.hidden = false; });
  body.addEventListener("htmx:sseMessage", (event) => {
    if (event.detail.type !== "happened") return;
    const lines = document.querySelector("[data-lines]");
    while (lines.children.length > KEPT) lines.lastChild.remove();  // and the white space between them
  });
})();
