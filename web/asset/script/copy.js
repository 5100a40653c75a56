// SPDX-License-Identifier: AGPL-3.0-or-later

// Buttons that copy what stands beside them. They appear only where the browser
// can copy: without them the text is marked and copied by hand.

export function copiers() {
  if (!navigator.clipboard) return;
  const said = document.querySelector("[data-copied]");
  document.querySelectorAll("[data-copy]").forEach((button) => {
    const word = button.firstChild.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.getAttribute("data-copy")).then(() => {
        const done = button.getAttribute("data-word-done");
        button.firstChild.textContent = done;
        if (said) said.textContent = done;
        setTimeout(() => {
          button.firstChild.textContent = word;
          if (said) said.textContent = "";
        }, 2500);
      }, () => undefined);
    });
  });
}
