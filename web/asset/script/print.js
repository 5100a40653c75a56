// SPDX-License-Identifier: AGPL-3.0-or-later

// A button that prints the page; without scripts the menu of the browser does.

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
