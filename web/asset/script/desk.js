// SPDX-License-Identifier: AGPL-3.0-or-later

// What the euros typed at a desk give, while they are typed. The server says it
// in its own words; an older answer never replaces a newer one.

const form = document.querySelector("[data-preview]");
const line = form.querySelector("[data-line]");
const notes = form.querySelector("[data-notes]");
let asked = 0;
let timer = 0;

async function ask() {
  const turn = ++asked;
  let said = { line: "", notes: [] };
  try {
    const answer = await fetch(form.getAttribute("data-preview"), { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) said = await answer.json();
  } catch (offline) {
    said = { line: "", notes: [] };
  }
  if (turn !== asked) return;
  line.textContent = said.line;
  notes.replaceChildren(...(said.notes || []).map((text) => {
    const item = document.createElement("li");
    item.textContent = text;
    return item;
  }));
}

form.elements.euros.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 150);
});
if (form.elements.euros.value) ask();
