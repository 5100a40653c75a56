// SPDX-License-Identifier: AGPL-3.0-or-later

// The pages of a payer: what a shop's code leads to goes on to its intent by
// itself, one press confirms once, and what is over says so.

import { countdown } from "./countdown.js";
import { follow } from "./live.js";
import { keys } from "./passkey.js";

const page = document.querySelector("[data-pay]");
const box = page.querySelector("[data-countdown]");
const request = page.getAttribute("data-pay");
const go = page.querySelector("form[data-go]");
let sent = false;

function begin(form) {
  sent = true;
  const button = form.querySelector("button");
  button.setAttribute("aria-disabled", "true");
  button.textContent = button.getAttribute("data-busy");
}

// The intent makes a second press harmless; this makes it impossible.
for (const form of page.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (sent || (form.hasAttribute("data-look") && performance.now() < 600)) return event.preventDefault();
    if (!keys || !form.hasAttribute("data-passkey")) begin(form);
  });
  form.addEventListener("answered", () => begin(form));
}
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

// Reading the page wrote nothing; the form makes the intent, whose page takes the
// place of this one. Where that fails the button stands, and tells why.
if (go) {
  fetch(go.action, { method: "POST", body: new URLSearchParams(new FormData(go)), credentials: "same-origin" })
    .then((answer) => answer.ok && answer.redirected && !sent && location.replace(answer.url))
    .catch(() => 0);
}

function over() {
  if (!sent) setTimeout(() => sent || location.reload(), 2500);
}

if (box) {
  countdown(box, over);
  if (request) {
    const topic = "payment-request:" + request;
    follow({
      topics: [topic],
      versions: { [topic]: Number(page.getAttribute("data-version")) },
      polls: { [topic]: "/v1/payment-requests/" + request },
      onState(name, state) {
        if (state.status && state.status !== "open" && !sent) location.reload();
      },
    });
  }
}
