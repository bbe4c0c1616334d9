// The sheet of a return: moves like a spreadsheet, and the conversion and the cumulative follow as one types.
// Without this script everything can still be entered.
"use strict";

(() => {
  const form = document.querySelector(".sheet-form");
  if (!form) return;

  const columns = ["input.cell", "input.cell-text"].map((kind) => [...form.querySelectorAll(kind)]);
  const plain = (text) => text.normalize("NFKC").trim();
  const units = new Map(
    Object.entries(JSON.parse(form.dataset.units || "{}")).map(([symbol, unit]) => [plain(symbol), unit])
  );
  const status = form.querySelector(".sheet-status");

  // The other scripts of the sheet tell what they did through this.
  form.announce = (name, values = {}) => {
    const text = (form.dataset[name] || "").replace(/\{(\w+)\}/g, (_all, key) => values[key]);
    if (status) status.textContent = [values.before, text].filter(Boolean).join(" ");
    return text;
  };
  form.columns = columns;

  // Millionths, exactly: the largest amounts do not fit a double.
  const millionths = (digits) => {
    const [whole, fraction = ""] = digits.replaceAll(",", "").split(".");
    const kept = BigInt((whole || "0") + fraction.slice(0, 6).padEnd(6, "0"));
    return kept + (fraction[6] >= "5" ? 1n : 0n);
  };

  const divided = (number, by) => (2n * number + by) / (2n * by); // rounded half up; both are above zero

  // "６５００万吨" in a row of 吨 -> 65000000; nothing for what is not plainly a quantity: the server says why.
  const read = (cell) => {
    const match = /^((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)\s*([^\d.,\s].*)?$/.exec(plain(cell.value));
    if (!match) return null;
    const symbol = match[2];
    const own = plain(cell.dataset.unit || "");
    if (!symbol || symbol === own) return millionths(match[1]);
    const [into, from] = [units.get(own), units.get(symbol)];
    if (!into || !from || into[0] !== from[0]) return null;
    return divided(millionths(match[1]) * millionths(from[1]), millionths(into[1]));
  };

  // With at least so many decimals and at most so many; digits that do not fit are rounded.
  const show = (number, least, most = least) => {
    const digits = Math.min(most, 6);
    const rounded = divided(number, 10n ** BigInt(6 - digits)).toString().padStart(digits + 1, "0");
    const [whole, fraction] = [rounded.slice(0, rounded.length - digits), rounded.slice(rounded.length - digits)];
    const kept = fraction.replace(/0+$/, "").padEnd(least, "0");
    return BigInt(whole).toLocaleString("en-US") + (kept ? `.${kept}` : "");
  };

  const follow = (cell) => {
    const row = cell.closest("tr");
    const [running, converted] = [row.querySelector(".running"), row.querySelector(".converted")];
    const typed = read(cell);
    const { before, share, decimals, adds } = cell.dataset;
    const unit = row.querySelector("td.unit")?.textContent || "";
    const isTypedOtherwise = typed !== null && !/^[\d.]*$/.test(cell.value);
    if (converted) {
      converted.hidden = !isTypedOtherwise;
      converted.textContent = isTypedOtherwise ? `= ${show(typed, 0, 6)} ${unit}` : "";
    }
    const entered = row.querySelector(".entered"); // tells of the stored value alone
    if (entered) entered.hidden = cell.value !== cell.dataset.stored;
    if (!running) return;
    running.hidden = typed === null;
    if (typed === null) return;
    const sum = adds === "yes" ? millionths(before || "0") + typed : typed;
    const whole = millionths(share || "0");
    const rate = whole > 0n ? ` · ${show(divided(sum * 100000000n, whole), 2)}%` : "";
    running.textContent = `${form.dataset.running}: ${show(sum, Number(decimals))}${rate}`;
  };

  const isAtEdge = (input, isForward) =>
    input.selectionStart === 0 && input.selectionEnd === input.value.length
      ? true
      : input.selectionStart === input.selectionEnd && input.selectionStart === (isForward ? input.value.length : 0);

  const neighbour = (input, event) => {
    const here = columns.findIndex((column) => column.includes(input));
    const column = columns[here];
    const row = column.indexOf(input);
    const key = event.key === "Enter" && event.shiftKey ? "ArrowUp" : event.key;
    if (event.shiftKey && event.key !== "Enter") return undefined;
    if (event.ctrlKey) {
      if (key === "Home" || key === "ArrowUp") return column[0];
      if (key === "End" || key === "ArrowDown") return column[column.length - 1];
      return undefined;
    }
    if (key === "ArrowUp") return column[row - 1];
    if (key === "ArrowDown" || key === "Enter") return column[row + 1];
    if (key === "ArrowLeft" && isAtEdge(input, false)) return columns[here - 1]?.[row];
    if (key === "ArrowRight" && isAtEdge(input, true)) return columns[here + 1]?.[row];
    return undefined;
  };

  const putBack = (input) => {
    if (input.value === input.dataset.stored) return;
    input.value = input.dataset.stored;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.select();
    form.announce("restored");
  };

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (event.isComposing || event.altKey || event.metaKey) return;
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      form.querySelector(".default[type=submit]")?.focus();
      return;
    }
    if (!columns.some((column) => column.includes(input))) return;
    if (event.key === "Escape" && "stored" in input.dataset) {
      event.preventDefault();
      putBack(input);
      return;
    }
    const next = neighbour(input, event);
    // Enter never sends the form by accident: one leaves the last row by Tab.
    if (event.key === "Enter" || next) event.preventDefault();
    if (next) {
      next.focus();
      next.select();
    }
  });

  // Ctrl+S keeps the draft, from wherever on the page.
  document.addEventListener("keydown", (event) => {
    const save = form.querySelector("[name=_save]");
    if (!save || !(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    save.click();
  });

  form.addEventListener("input", (event) => {
    const input = event.target;
    if (input.matches("input.cell")) follow(input);
    // Who goes on typing in a cell that both changed keeps that.
    const choice = input.matches("input.cell, input.cell-text") && input.closest("td").querySelector("[value=mine]");
    if (choice) choice.checked = true;
  });

  columns[0].forEach(follow);
})();
