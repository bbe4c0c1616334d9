// Computes the balance of each row while it is entered; what is stored is computed again by the server.
(function () {
  "use strict";
  document.querySelectorAll(".grid-table tr[data-target]").forEach(function (row) {
    var balance = row.querySelector(".balance");
    if (!row.dataset.target || !balance) return;
    var inputs = row.querySelectorAll("input");
    function show() {
      var left = Number(row.dataset.target);
      inputs.forEach(function (input) {
        var text = input.value.replace(/[,，\s]/g, "");
        var value = text === "" || text === "/" || text === "／" ? 0 : Number(text);
        left -= value;
      });
      balance.textContent = Number.isNaN(left) ? "—" : String(Math.round(left * 1e6) / 1e6);
      balance.classList.toggle("is-over", left < 0);
    }
    row.addEventListener("input", show);
  });
})();
