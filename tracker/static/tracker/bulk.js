// The page that verifies many returns, by two keys: E opens the next return whose values are folded and leads to its tick,
// Ctrl+Enter verifies what is ticked. Without this script the same is done by Tab and Enter.
"use strict";

(() => {
  const form = document.querySelector("form.verify-several");
  if (!form) return;
  for (const words of document.querySelectorAll(".bulk-keys")) words.hidden = false;

  const openNext = () => {
    const folded = form.querySelector(".bulk-values:not([open])");
    if (!folded) return;
    folded.open = true;
    folded.scrollIntoView({ block: "nearest" });
    (folded.querySelector("input[name=sight]") ?? folded.querySelector("summary")).focus();
  };

  document.addEventListener("keydown", (event) => {
    const isWritten = event.target.closest("textarea, select, input:not([type=checkbox])");
    if (isWritten || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[name=_verify_several]"));
    } else if (event.key.toLowerCase() === "e" && !event.ctrlKey) {
      openNext();
    }
  });
})();
