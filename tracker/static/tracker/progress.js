// Follows a job until it ends, then shows the page of its end. Without this script the page reloads itself.
(function () {
  "use strict";
  var job = document.getElementById("job");
  var bar = document.getElementById("job-progress");
  var lost = document.getElementById("job-lost");
  if (!job || !bar) return;

  function show(state) {
    lost.hidden = true;
    document.getElementById("job-state").textContent = state.state_text;
    document.getElementById("job-text").textContent = state.text;
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
    } else {
      bar.removeAttribute("value");
    }
  }

  function ask() {
    fetch(job.dataset.stateUrl, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (state) {
        show(state);
        if (state.is_active) window.setTimeout(ask, 1000);
        else window.location.reload();
      })
      .catch(function () {
        lost.hidden = false;
        window.setTimeout(ask, 3000);
      });
  }

  window.setTimeout(ask, 400);
})();
