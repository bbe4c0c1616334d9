// Asking for a report: shows the ledger's choices for the ledger alone, and finds indicators while one types.
// Without this script all choices are shown, and the button finds.
(function () {
  "use strict";
  var kind = document.getElementById("id_kind");
  var ledger = document.getElementById("of-ledger");
  var find = document.getElementById("id_find");
  if (!kind || !ledger || !find) return;
  var said = document.getElementById("picker-said");
  var button = ledger.querySelector("[data-narrowed-by-script]");
  var choices = Array.prototype.slice.call(ledger.querySelectorAll(".picker-choice"));

  function showLedger() {
    ledger.hidden = kind.value !== "ledger";
    ledger.disabled = ledger.hidden;
  }

  function narrow() {
    var words = find.value.trim().toLocaleLowerCase();
    choices.forEach(function (choice) {
      var isChosen = choice.querySelector("input").checked;
      choice.hidden = !isChosen && choice.textContent.toLocaleLowerCase().indexOf(words) < 0;
    });
    tell();
  }

  function tell() {
    var shown = choices.filter(function (choice) { return !choice.hidden; }).length;
    var chosen = ledger.querySelectorAll(".picker-choice input:checked").length;
    said.textContent = said.dataset.words.replace("{shown}", shown).replace("{chosen}", chosen);
  }

  kind.addEventListener("change", showLedger);
  ledger.addEventListener("change", tell);
  find.addEventListener("input", narrow);
  if (button) {
    // All there are stand in the list: nothing has to be asked of the server.
    button.hidden = true;
    find.addEventListener("keydown", function (event) {
      if (event.key === "Enter") event.preventDefault();
    });
  }
  showLedger();
  narrow();
})();
