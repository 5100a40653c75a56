// SPDX-License-Identifier: AGPL-3.0-or-later

// The payer's page: one press pays once, and a request that is over says so.

import { countdown } from "./countdown.js";
import { follow } from "./live.js";

const page = document.querySelector("[data-pay]");
const form = page.querySelector("form");
const button = form && form.querySelector("button");
const box = page.querySelector("[data-countdown]");
const topic = "payment-request:" + page.getAttribute("data-pay");
let sent = false;

// The key in the form makes a second press harmless; this makes it impossible.
if (form) {
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.getAttribute("data-busy");
  });
}
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

function over() {
  if (!sent) setTimeout(() => sent || location.reload(), 2500);
}

if (box) {
  countdown(box, over);
  follow({
    topics: [topic],
    versions: { [topic]: Number(page.getAttribute("data-version")) },
    polls: { [topic]: "/v1/payment-requests/" + page.getAttribute("data-pay") },
    onState(name, state) {
      if (state.status && state.status !== "open" && !sent) location.reload();
    },
  });
}
