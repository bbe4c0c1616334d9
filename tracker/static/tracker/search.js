// The key "/" goes to the search box, unless one is writing.
"use strict";

(() => {
  const isWriting = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.closest("[role=textbox]");

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const box = document.getElementById("site-search");
    if (!box || isWriting(event.target)) return;
    event.preventDefault();
    box.focus();
    box.select();
  });
})();
