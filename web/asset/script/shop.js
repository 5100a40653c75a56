// SPDX-License-Identifier: AGPL-3.0-or-later

// The owner's overview: the three figures follow the wallet of the shop.

import { follow } from "./live.js";
import { signal, turn } from "./signal.js";
import { cents, money } from "./writing.js";

const page = document.querySelector("[data-shop]");
const topic = "wallet:" + page.getAttribute("data-shop");

follow({
  topics: [topic],
  versions: { [topic]: Number(page.getAttribute("data-version")) },
  polls: { [topic]: "/v1/wallets/" + page.getAttribute("data-shop") },
  onSignal: signal,
  onState(name, state) {
    turn();
    ["booked", "reserved", "available"].forEach((field) => money(page.querySelector('[data-money="' + field + '"]'), cents(state[field])));
  },
});
