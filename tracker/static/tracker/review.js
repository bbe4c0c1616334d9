// The sheet under review: by how much each verified value differs from the reported one, as one types.
// Without this script everything can still be verified and sent back.
"use strict";

(() => {
  const sheets = [...document.querySelectorAll(".sheet-under-review")];
  if (!sheets.length) return;

  const summary = document.querySelector(".review-summary");
  const cells = sheets.flatMap((sheet) => [...sheet.querySelectorAll("input.cell")]);
  const remarks = sheets.flatMap((sheet) => [...sheet.querySelectorAll(".cell-remark")]);

  // Millionths, exactly: the largest amounts do not fit a double. Nothing for what is not plainly a number.
  const read = (text) => {
    const plain = text.normalize("NFKC").trim().replace(/^(\d{1,3}(,\d{3})+)/, (found) => found.replaceAll(",", ""));
    const found = /^(\d+)(?:\.(\d{1,6}))?$/.exec(plain);
    return found ? BigInt(found[1] + (found[2] ?? "").padEnd(6, "0")) : null;
  };

  const show = (millionths, decimals) => {
    const [whole, part] = [millionths / 1000000n, String(millionths % 1000000n).padStart(6, "0")];
    const shown = part.replace(/0+$/, "").padEnd(decimals, "0");
    return whole.toLocaleString("en-US") + (shown ? `.${shown}` : "");
  };

  const difference = (cell) => {
    const [typed, reported] = [read(cell.value), read(cell.dataset.stored)];
    return typed === null || reported === null ? null : typed - reported;
  };

  const follow = (cell) => {
    const sheet = cell.closest(".sheet-under-review");
    const output = cell.closest("td").querySelector(".difference");
    const found = difference(cell);
    output.hidden = !found;
    cell.closest("tr").classList.toggle("differs", Boolean(found));
    cell.closest("tr").querySelector("input.cell-text").placeholder = found ? sheet.dataset.needed : "";
    if (!found) return;
    const word = found < 0n ? sheet.dataset.less : sheet.dataset.more;
    output.textContent = `${word} ${show(found < 0n ? -found : found, Number(cell.dataset.decimals))}`;
  };

  const summarise = () => {
    const changed = cells.filter((cell) => difference(cell) !== 0n).length;
    const said = remarks.filter((remark) => remark.value.trim()).length;
    const { same, changed: differ, remarks: remarked } = summary.dataset;
    const words = changed ? differ.replace("{cells}", changed).replace("{rows}", cells.length) : same;
    summary.textContent = said ? `${words} ${remarked.replace("{cells}", said)}` : words;
  };

  // The keyboard leaves a comment upwards and downwards as it does any other cell; Shift+Enter breaks the line.
  document.addEventListener("keydown", (event) => {
    const row = remarks.indexOf(event.target);
    if (row < 0 || event.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    remarks[row + 1]?.focus();
  });

  document.addEventListener("input", (event) => {
    if (cells.includes(event.target)) follow(event.target);
    summarise();
  });

  cells.forEach(follow);
  summarise();
})();
