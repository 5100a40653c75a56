// SPDX-License-Identifier: AGPL-3.0-or-later

// On a narrow screen the pages of a room stand on a line that slides: the one
// shown is brought into sight.

const here = document.querySelector(".tabs [aria-current]");
if (here) {
  const line = here.closest("ul");
  line.scrollLeft = here.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
}
