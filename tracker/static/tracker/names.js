// Names for those who hear the page. A field that one searches in: the admin's own widget names itself by what is
// chosen in it, which is nothing while it is empty. A field in a table: its column's heading.
"use strict";

(() => {
  const labelOf = (select) => document.querySelector(`label[for="${CSS.escape(select.id)}"]`);

  const name = (select) => {
    const label = labelOf(select);
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!label || !box) return;
    label.id ||= `${select.id}_label`;
    const chosen = box.querySelector(".select2-selection__rendered[id]");
    chosen?.removeAttribute("role"); // what is chosen is no field of its own
    chosen?.removeAttribute("aria-readonly");
    box.setAttribute("aria-labelledby", [label.id, chosen?.id].filter(Boolean).join(" "));
    box.querySelector("input.select2-search__field")?.setAttribute("aria-labelledby", label.id);
  };

  const nameByColumn = (field) => {
    const cell = field.closest("td[class*='field-']");
    const column = [...(cell?.classList ?? [])].find((one) => one.startsWith("field-"))?.replace("field-", "column-");
    const heading = column && cell.closest("table")?.querySelector(`th.${CSS.escape(column)}`);
    if (heading && !labelOf(field)) field.setAttribute("aria-label", heading.textContent.trim());
  };

  const nameAll = (part) => {
    part.querySelectorAll("select.admin-autocomplete").forEach(name);
    part.querySelectorAll(".tabular td :is(input:not([type=hidden]), select, textarea)").forEach(nameByColumn);
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
