// Offers what to make of marked words of the text. Without this script each sentence has a link of its own.
(function () {
  "use strict";
  var text = document.getElementById("policy-text");
  var menu = document.getElementById("marked-menu");
  var words = document.getElementById("marked-words");
  if (!text || !menu) return;

  // The place of a point of the selection in the document's text, or null outside of it.
  function placeOf(node, offset) {
    var element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    var piece = element && element.closest("[data-start]");
    if (!piece || !text.contains(piece)) return null;
    return Number(piece.dataset.start) + (node.nodeType === Node.TEXT_NODE ? offset : 0);
  }

  function look() {
    var selection = window.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) {
      if (!menu.contains(document.activeElement)) menu.hidden = true;
      return;
    }
    var range = selection.getRangeAt(0);
    var start = placeOf(range.startContainer, range.startOffset);
    var end = placeOf(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return;
    words.textContent = "“" + selection.toString().slice(0, 60) + "”";
    menu.querySelectorAll("a[data-kind]").forEach(function (link) {
      link.href = text.dataset.add + "?kind=" + link.dataset.kind + "&start=" + start + "&end=" + end;
    });
    menu.hidden = false;
  }

  document.addEventListener("selectionchange", look);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !menu.hidden) {
      menu.hidden = true;
      text.focus();
    }
  });
})();
