// SPDX-License-Identifier: AGPL-3.0-or-later

// For browsers older than modules: the page asks for itself again, as it does
// without any script.
(function () {
  var seconds = Number(document.documentElement.getAttribute("data-refresh"));
  if (seconds > 0) {
    setTimeout(function () {
      location.reload();
    }, seconds * 1000);
  }
})();
