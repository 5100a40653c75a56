// SPDX-License-Identifier: AGPL-3.0-or-later

// Buttons that print the page: they are there where they can.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
