// SPDX-License-Identifier: AGPL-3.0-or-later

// The counter's view of one payment request: it turns green when the payment is
// committed, and says so when the request was cancelled or has expired.

import { countdown } from "./countdown.js";
import { follow } from "./live.js";
import { choose, fill, signal, turn } from "./signal.js";
import { chime } from "./sound.js";
import { hour } from "./writing.js";

const page = document.querySelector("[data-request]");
const id = page.getAttribute("data-request");
const topic = "payment-request:" + id;
let status = page.getAttribute("data-status");
let stop = null;

// truth asks the server again once the time is over: only it knows.
function truth() {
  setTimeout(() => location.reload(), 2500);
}

// codeOf finds the match code: in the state, in its payment, or by asking.
function codeOf(state) {
  const payment = state.payment;
  if (state.match_code) return Promise.resolve(state.match_code);
  if (payment && payment.match_code) return Promise.resolve(payment.match_code);
  if (typeof payment !== "string") return Promise.resolve("");
  return fetch("/v1/payments/" + payment, { credentials: "same-origin", headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((found) => found.match_code || "", () => "");
}

function show(state) {
  if (!state.status || state.status === status) return;
  status = state.status;
  if (status !== "open" && stop) stop();
  choose(document, status);
  document.body.classList.toggle("paid", status === "paid");
  if (status !== "paid") return;
  chime();
  fill(document, "paid-at", hour(state.paid_at || state.at || new Date().toISOString()));
  codeOf(state).then((code) => {
    fill(document, "code", code);
    page.querySelector("[data-match]").hidden = !code;
  });
  const done = page.querySelector("[data-done]");
  if (done) done.focus();
}

if (status === "open") {
  stop = countdown(page.querySelector("[data-countdown]"), truth);
  if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => undefined);
}
follow({
  topics: [topic],
  versions: { [topic]: Number(page.getAttribute("data-version")) },
  polls: { [topic]: "/v1/payment-requests/" + id },
  beat: 8000,
  onSignal: signal,
  onState(name, state) {
    turn();
    show(state);
  },
});
