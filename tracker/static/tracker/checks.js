// Checks while one types: a little after the last key the server is asked what is odd, and its answer is shown.
// Without this script, or without an answer, the same is said when the draft is saved.
"use strict";

(() => {
  const form = document.querySelector(".sheet-form[data-checks]");
  if (!form) return;
  const PAUSE = 600; // milliseconds after the last key

  let waiting = 0;
  let asking = null;

  // Figures and notes alone: files are not sent each time somebody types.
  const typed = () => {
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    return fields;
  };

  const replace = (id, html) => {
    const old = document.getElementById(id);
    if (old && old.outerHTML !== html.trim()) old.outerHTML = html.trim();
  };

  const show = ({ summary, cells }) => {
    // Who reads the list at the top while it changes keeps it: it is made new when the focus is elsewhere.
    if (!document.getElementById("flag-summary")?.contains(document.activeElement)) replace("flag-summary", summary);
    for (const [code, html] of Object.entries(cells)) replace(`flags-${code}`, html);
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.checks, { method: "POST", body: typed(), signal: asking.signal });
      if (answer.ok && !answer.redirected) show(await answer.json());
    } catch {
      // Overtaken by the next key, or no network: the checks are made again on saving.
    }
  };

  // What a refusal said of the text that stood here goes when the text does.
  const forget = (input) => {
    if (!input.hasAttribute("aria-invalid")) return;
    input.removeAttribute("aria-invalid");
    document.getElementById(`${input.id}_error`)?.remove();
    const row = input.closest("tr");
    if (!row.querySelector("[aria-invalid]")) row.classList.remove("wrong");
  };

  const soon = (event) => {
    if (!event.target.matches("input.cell, input.cell-text")) return;
    if (event.type === "input") forget(event.target);
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    asking?.abort();
  });
})();
