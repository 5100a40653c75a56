// SPDX-License-Identifier: AGPL-3.0-or-later

// The till: the last five payments follow the merchant's events.

import { follow } from "./live.js";
import { make, signal, turn } from "./signal.js";
import { chime, testButton } from "./sound.js";
import { amount, cents, hour } from "./writing.js";

const page = document.querySelector("[data-till]");
const topic = "merchant:" + page.getAttribute("data-till") + "/payments";
const list = page.querySelector("[data-payments]");
const field = page.querySelector("input[name=montant]");

testButton(page);

function add(event) {
  const item = make("li", "new");
  const when = make("time", "", hour(event.at));
  when.setAttribute("datetime", event.at);
  item.appendChild(when);
  const sum = make("a", "", "+" + amount(cents(event.amount)));
  const parts = page.getAttribute("data-link").split("?");
  sum.href = parts[0] + encodeURIComponent(event.payment) + (parts[1] ? "?" + parts[1] : "");
  item.appendChild(make("strong")).appendChild(sum);
  const code = make("span", "code", event.match_code || "");
  code.setAttribute("data-label", page.getAttribute("data-word-code"));
  item.appendChild(code);
  list.insertBefore(item, list.firstChild);
  while (list.children.length > 5) list.removeChild(list.lastChild);
  page.querySelector("[data-none]").hidden = true;
  page.querySelector("[data-said]").textContent = page.getAttribute("data-word-paid")
    .replace("{amount}", amount(cents(event.amount))).replace("{code}", event.match_code || "");
}

// stale shows the present list: at once where nothing is being typed.
function stale() {
  if (field && (field.value || document.activeElement === field)) page.querySelector("[data-old]").hidden = false;
  else location.reload();
}

follow({
  topics: [topic],
  after: { [topic]: Number(page.getAttribute("data-seq")) },
  beat: 8000,
  onSignal: signal,
  onStale: stale,
  onReset: stale,
  onEvent(name, event) {
    turn();
    chime();
    add(event);
  },
});
