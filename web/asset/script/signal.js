// SPDX-License-Identifier: AGPL-3.0-or-later

// How a page says whether it is live: a word, the seconds of a cut, the banner
// that protects a shop, and the wheel that moves by one bucket for each message.

let turns = 0;

// signal shows the state of the connection; it is the onSignal of follow. The
// words stand in the page, in the language of the page.
export function signal(kind, since) {
  const box = document.querySelector("[data-signal]");
  const off = kind === "off";
  const seconds = Math.floor((Date.now() - since) / 1000);
  if (box) {
    const word = box.querySelector("[data-signal-word]");
    const text = box.getAttribute("data-word-" + kind) || "";
    box.hidden = false;
    box.setAttribute("data-kind", kind);
    if (word.textContent !== text) word.textContent = text;
    const age = box.querySelector("[data-signal-age]");
    age.textContent = off ? box.getAttribute("data-word-since").replace("{}", seconds) : "";
  }
  const banner = document.querySelector("[data-banner]");
  if (banner && banner.hidden === off) banner.hidden = !off;
}

// turn moves every wheel of the page on by one bucket.
export function turn() {
  turns++;
  const wheels = document.querySelectorAll("[data-wheel]");
  for (let i = 0; i < wheels.length; i++) wheels[i].style.transform = "rotate(" + turns * 30 + "deg)";
}

// fill writes a text into every element that carries a field name.
export function fill(root, field, text) {
  const places = root.querySelectorAll('[data-field="' + field + '"]');
  for (let i = 0; i < places.length; i++) places[i].textContent = text;
}

// choose shows the blocks meant for one state and hides those for others.
export function choose(root, state) {
  const blocks = root.querySelectorAll("[data-when]");
  for (let i = 0; i < blocks.length; i++) {
    blocks[i].hidden = blocks[i].getAttribute("data-when").split(" ").indexOf(state) < 0;
  }
}

// make builds an element with a class and text.
export function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
