// Sets all cells of a column at once; without this script each cell is chosen by itself.
(function () {
  "use strict";
  var row = document.querySelector(".fill-row");
  if (!row) return;
  row.hidden = false;
  row.addEventListener("change", function (event) {
    var chosen = event.target;
    if (chosen.value === "-") return;
    var column = Number(chosen.dataset.fills);
    row.parentElement.querySelectorAll("tr:not(.fill-row)").forEach(function (line) {
      var select = line.querySelectorAll("td")[column].querySelector("select");
      if (select) select.value = chosen.value;
    });
  });
})();
