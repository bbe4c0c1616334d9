// A block copied from Excel, WPS or LibreOffice fills the sheet from the cell it is pasted into; it can be undone.
"use strict";

(() => {
  const form = document.querySelector(".sheet-form");
  if (!form || !form.columns) return;

  const columns = form.columns;
  const button = form.querySelector(".undo-paste");
  let pasted = []; // [input, what stood there, what was put there]
  let isLatest = false; // nothing was typed since

  // Tab-separated text as spreadsheets write it: quoted where a cell holds a tab, a quote or a line break.
  const readBlock = (text) => {
    const rows = [];
    for (let line = [], at = 0; at <= text.length; ) {
      const isQuoted = text[at] === '"';
      const match = isQuoted
        ? /"((?:[^"]|"")*)"(?=[\t\r\n]|$)/y
        : /([^\t\r\n]*)/y;
      match.lastIndex = at;
      const found = match.exec(text) || (isQuoted && /([^\t\r\n]*)/y.exec(text.slice(at)));
      const cell = isQuoted && found[0].length > found[1].length ? found[1].replaceAll('""', '"') : found[1];
      line.push(cell.replace(/\s*[\r\n]+\s*/g, " ").trim());
      at += found[0].length;
      if (text[at] === "\t") {
        at += 1;
        continue;
      }
      rows.push(line);
      line = [];
      if (at >= text.length) break;
      at += text.startsWith("\r\n", at) ? 2 : 1;
    }
    while (rows.length && rows[rows.length - 1].every((cell) => cell === "")) rows.pop();
    return rows;
  };

  const put = (input, value) => {
    input.value = value;
    input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "paste" }));
  };

  const fill = (block, column, row) => {
    pasted = [];
    block.forEach((line, down) =>
      line.forEach((text, right) => {
        const input = columns[column + right]?.[row + down];
        if (!input) return;
        pasted.push([input, input.value, text]);
        put(input, text);
      })
    );
    isLatest = true;
    if (button) button.hidden = false;
  };

  const undo = () => {
    // What was typed over since stays.
    const unchanged = pasted.filter(([input, , now]) => input.value === now);
    unchanged.forEach(([input, before]) => put(input, before));
    form.announce("undone", { cells: unchanged.length });
    pasted[0]?.[0].focus();
    pasted = [];
    isLatest = false;
    if (button) button.hidden = true;
  };

  form.addEventListener("paste", (event) => {
    const column = columns.findIndex((one) => one.includes(event.target));
    const text = event.clipboardData?.getData("text/plain") || "";
    if (column < 0 || !/[\t\r\n]/.test(text)) return; // within one cell the browser pastes
    const block = readBlock(text);
    if (!block.length) return;
    event.preventDefault();
    const row = columns[column].indexOf(event.target);
    fill(block, column, row);
    const rows = Math.max(0, block.length - (columns[column].length - row));
    const wide = Math.max(0, Math.max(...block.map((line) => line.length)) - (columns.length - column));
    let said = form.announce("pasted", { cells: pasted.length });
    if (rows) said = `${said} ${form.announce("tooLong", { rows, before: said })}`;
    if (wide) form.announce("tooWide", { columns: wide, before: said });
    form.querySelector(".sheet-status")?.classList.toggle("warns", rows + wide > 0);
  });

  form.addEventListener("input", (event) => {
    if (event.detail !== "paste") isLatest = false;
  });

  form.addEventListener("keydown", (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!isUndo || !isLatest || !pasted.length) return;
    event.preventDefault();
    undo();
  });

  button?.addEventListener("click", undo);
})();
