// The sheet of a return: moves like a spreadsheet, and the cumulative follows as one types.
// Without this script everything can still be entered.
"use strict";

(() => {
  const form = document.querySelector(".sheet-form");
  if (!form) return;

  const columns = ["input.cell", "input.cell-text"].map((kind) => [...form.querySelectorAll(kind)]);

  // "６，５００" -> "6500"; nothing for what is not plainly a number: the server says why.
  const read = (text) => {
    const plain = text.normalize("NFKC").trim();
    if (!/^(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$/.test(plain)) return null;
    return Number(plain.replaceAll(",", ""));
  };

  const show = (number, decimals) =>
    number.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

  const follow = (cell) => {
    const output = cell.closest("tr").querySelector(".running");
    const typed = read(cell.value);
    const { before, share, decimals, adds } = cell.dataset;
    output.hidden = typed === null;
    if (typed === null) return;
    const sum = adds === "yes" ? Number(before || 0) + typed : typed;
    const rate = Number(share) > 0 ? ` · ${show((sum / Number(share)) * 100, 2)}%` : "";
    output.textContent = `${form.dataset.running}: ${show(sum, Number(decimals))}${rate}`;
  };

  const isAtEdge = (input, isForward) =>
    input.selectionStart === input.selectionEnd && input.selectionStart === (isForward ? input.value.length : 0);

  const neighbour = (input, key) => {
    const here = columns.findIndex((column) => column.includes(input));
    const row = columns[here].indexOf(input);
    if (key === "ArrowUp") return columns[here][row - 1];
    if (key === "ArrowDown" || key === "Enter") return columns[here][row + 1];
    if (key === "ArrowLeft" && isAtEdge(input, false)) return columns[here - 1]?.[row];
    if (key === "ArrowRight" && isAtEdge(input, true)) return columns[here + 1]?.[row];
    return undefined;
  };

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!columns.some((column) => column.includes(input))) return;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const next = neighbour(input, event.key === "Enter" && event.shiftKey ? "ArrowUp" : event.key);
    // Enter never sends the form by accident: one leaves the last row by Tab.
    if (event.key === "Enter" || next) event.preventDefault();
    if (next) {
      next.focus();
      next.select();
    }
  });

  form.addEventListener("input", (event) => {
    if (event.target.matches("input.cell")) follow(event.target);
  });

  columns[0].forEach(follow);
})();
