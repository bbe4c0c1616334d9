// What is typed is kept in this browser until the server has it, and offered again after a crash, a power cut or an
// ended session. Kept with the version it was typed against: put back, it meets what others saved as if it were sent.
"use strict";

(() => {
  const page = document.querySelector("[data-kept-as]");
  const form = document.querySelector(".sheet-form[enctype]");
  if (!page) return;

  const name = page.dataset.keptAs;
  const DAYS = 30 * 24 * 3600 * 1000;
  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return null;
    }
  };
  const store = (kept) => {
    try {
      if (kept) localStorage.setItem(name, JSON.stringify(kept));
      else localStorage.removeItem(name);
    } catch {
      // full or forbidden: leaving the page still warns
    }
  };

  let kept = load();
  if (kept && (Date.now() - kept.at > DAYS || (kept.sent && document.querySelector(".messagelist .saved")))) {
    store(null);
    kept = null;
  }
  if (!form) return;

  const cells = [...form.querySelectorAll("input.cell, input.cell-text")];
  const seen = [...form.querySelectorAll("[name=version], [name^=base-]")];
  const files = () => [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  const isBound = "isBound" in form.dataset;
  let isSending = false;

  const differing = () => cells.filter((cell) => cell.value !== cell.dataset.stored);
  const values = (inputs) => Object.fromEntries(inputs.map((input) => [input.name, input.value]));
  const keep = (sent) => {
    const changed = differing();
    if (!changed.length) return store(null);
    return store({ at: Date.now(), sent, seen: values(seen), cells: values(changed) });
  };

  const putBack = () => {
    const byName = (inputs) => new Map(inputs.map((input) => [input.name, input]));
    const [hidden, typed] = [byName(seen), byName(cells)];
    Object.entries(kept.seen).forEach(([key, value]) => hidden.get(key) && (hidden.get(key).value = value));
    Object.entries(kept.cells).forEach(([key, value]) => {
      const cell = typed.get(key);
      if (!cell) return;
      cell.value = value;
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    });
    form.announce("wasPutBack", { cells: Object.keys(kept.cells).length });
  };

  const offer = () => {
    const box = document.createElement("div");
    box.className = "overtaken kept";
    const text = document.createElement("p");
    const when = new Date(kept.at).toLocaleString(document.documentElement.lang || "zh-CN");
    text.textContent = form.dataset.kept.replace("{when}", when);
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "button";
      made.textContent = label;
      made.addEventListener("click", () => {
        box.remove();
        act();
        cells[0]?.focus();
      });
      return made;
    };
    box.append(text, button(form.dataset.putBack, putBack), button(form.dataset.throwAway, () => store(null)));
    form.before(box);
  };

  const isNews = kept && Object.entries(kept.cells).some(([key, value]) => form.elements[key]?.value !== value);
  if (isNews && !isBound) offer();

  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 300, false);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    isSending = true;
    keep(true);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isSending || (!differing().length && !files())) return;
    keep(false);
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pageshow", () => (isSending = false));
})();
