// SPDX-License-Identifier: AGPL-3.0-or-later

// The wallet page: three figures follow the wallet's topic, and each new state
// brings the last movements again.

import { follow } from "./live.js";
import { make, signal, turn } from "./signal.js";
import { amount, cents, day, hour, money, signed } from "./writing.js";

const page = document.querySelector("[data-wallet]");
const table = page.querySelector("[data-postings]");
const id = page.getAttribute("data-wallet");
const topic = "wallet:" + id;
const kinds = {};
let busy = false;
let again = false;

page.querySelectorAll("[data-kind]").forEach((item) => (kinds[item.getAttribute("data-kind")] = item.textContent));

function cell(name, ...children) {
  const made = make("td", name);
  made.setAttribute("role", "cell");
  children.forEach((child) => made.appendChild(child));
  return made;
}

// row builds the line of a movement; the one before it in time is given too: the
// second movement of a conversion's entry is its bonus.
function row(item, earlier) {
  const made = make("tr");
  made.setAttribute("role", "row");
  const moved = cents(item.amount);
  const other = item.counterparty && item.counterparty.name ? item.counterparty.name : item.counterparty;
  const bonus = item.kind === "conversion" && earlier && earlier.entry === item.entry;
  const kind = kinds[bonus ? "bonus" : item.kind] || kinds.other;
  const name = typeof other === "string" ? other : "";
  const when = make("time", "", day(item.at));
  when.setAttribute("datetime", item.at);
  made.appendChild(cell("when", when, make("small", "", hour(item.at))));
  const receipt = make("a");
  receipt.href = "/portefeuille/mouvements/" + item.entry;
  receipt.appendChild(make("bdi", "", name || kind));
  made.appendChild(cell("who", receipt));
  made.appendChild(cell("why", make("bdi", "", item.message || (name ? kind : ""))));
  made.appendChild(cell(moved > 0 ? "sum in" : "sum", document.createTextNode(signed(moved))));
  const left = cell("left", document.createTextNode(amount(cents(item.balance))));
  left.setAttribute("data-label", table.getAttribute("data-word-balance"));
  made.appendChild(left);
  return made;
}

// refresh brings the movements; states that come meanwhile ask once more.
function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  fetch("/v1/wallets/" + id + "/postings?limit=20", { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("refused"))))
    .then((list) => {
      const body = table.querySelector("tbody");
      const rows = document.createDocumentFragment();
      list.items.forEach((item, i) => rows.appendChild(row(item, list.items[i + 1])));
      while (body.firstChild) body.removeChild(body.firstChild);
      body.appendChild(rows);
      page.querySelector("[data-none]").hidden = list.items.length > 0;
      table.hidden = list.items.length === 0;
      page.querySelector("[data-old]").hidden = true;
      page.querySelector("[data-read]").hidden = true;
    })
    .catch(() => (page.querySelector("[data-old]").hidden = false))
    .then(() => {
      busy = false;
      if (!again) return;
      again = false;
      refresh();
    });
}

follow({
  topics: [topic],
  versions: { [topic]: Number(page.getAttribute("data-version")) },
  polls: { [topic]: "/v1/wallets/" + id },
  onSignal: signal,
  onState(name, state) {
    turn();
    ["booked", "reserved", "available"].forEach((field) => {
      money(document.querySelector('[data-money="' + field + '"]'), cents(state[field]));
    });
    refresh();
  },
});
