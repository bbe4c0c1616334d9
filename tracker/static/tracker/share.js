// A link that stands for the page itself is copied when it is clicked, and says so. Without this script, or where the
// browser lets nobody copy, it leads to the very page, whose address can then be copied by hand.
"use strict";

(() => {
  const copied = (text) => {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy"); // the newer way is refused on pages without TLS
    field.remove();
    return done;
  };

  for (const link of document.querySelectorAll("a[data-copied]")) {
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    link.after(told);
    link.addEventListener("click", (event) => {
      if (!copied(link.href)) return;
      event.preventDefault();
      link.focus();
      told.textContent = ` ${link.dataset.copied}`;
    });
  }
})();
