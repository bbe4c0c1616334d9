// Names for those who hear the page: the admin's own field that one searches in names itself by what is chosen in it,
// which is nothing while it is empty.
"use strict";

(() => {
  const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`);

  const name = (select) => {
    const label = labelOf(select);
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!box) return;
    const chosen = box.querySelector(".select2-selection__rendered[id]");
    chosen?.removeAttribute("role"); // what is chosen is no field of its own
    chosen?.removeAttribute("aria-readonly");
    if (label) {
      label.id ||= `${select.id}_label`;
      box.setAttribute("aria-labelledby", [label.id, chosen?.id].filter(Boolean).join(" "));
    } else {
      box.removeAttribute("aria-labelledby"); // a row of a table: the select has its column's name
      box.setAttribute("aria-label", select.getAttribute("aria-label"));
    }
    box.querySelector("ul")?.setAttribute("role", "group"); // it holds a button beside its items
    box.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
    if (label) box.querySelector("input.select2-search__field")?.setAttribute("aria-labelledby", label.id);
  };

  const nameAll = (part) => {
    part.querySelectorAll("select.admin-autocomplete").forEach(name);
  };

  const nameOpened = (select) => {
    const text = labelOf(select)?.textContent ?? "";
    const opened = ".select2-container--open .select2-dropdown";
    for (const part of document.querySelectorAll(`${opened} input, ${opened} [role=listbox]`)) {
      part.setAttribute("aria-label", text);
    }
    const box = select.nextElementSibling?.querySelector("[aria-owns]");
    box?.setAttribute("aria-controls", box.getAttribute("aria-owns"));
  };

  document.addEventListener("DOMContentLoaded", () => {
    const $ = window.django?.jQuery;
    if (!$) return;
    $(() => nameAll(document)); // after the admin's own, which was asked for before
    $(document).on("select2:open", (event) => nameOpened(event.target));
    document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target.parentElement)));
  });
})();
