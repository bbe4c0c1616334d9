// The admin's fields that look things up as one types have no names of their own: they get those of their labels.
"use strict";

(() => {
  const nameOf = (select) => {
    const label = document.querySelector(`label[for="${select.id}"]`);
    const text = label ? label.textContent : select.getAttribute("aria-label") || select.name;
    return text.trim().replace(/[:：]$/, "");
  };

  const name = (select) => {
    const box = select.nextElementSibling;
    if (!box || !box.classList.contains("select2")) return;
    const label = nameOf(select);
    box.querySelectorAll(".select2-selection__rendered, .select2-search__field").forEach((part) => {
      part.setAttribute("aria-label", label);
      if (part.tagName === "UL") part.setAttribute("role", "group");
    });
    box.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
  };

  // They are made by another script, whenever it gets to it, and again in rows added later.
  const nameAll = () => document.querySelectorAll("select.admin-autocomplete").forEach(name);
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
  nameAll();
})();
