// SPDX-License-Identifier: AGPL-3.0-or-later

// On a narrow screen the pages of a room stand on a line that slides: the one
// shown is brought into sight.

for (const here of document.querySelectorAll(".tabs [aria-current]")) {
  const line = here.closest("ul");
  line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
