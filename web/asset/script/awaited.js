// SPDX-License-Identifier: AGPL-3.0-or-later

// A page that waits for one thing to change: euros that come, a request that is
// paid. The topic says that something may have changed, the thing itself says
// what; then the page is shown anew.

import { copiers } from "./copy.js";
import { follow } from "./live.js";
import { signal, turn } from "./signal.js";

const page = document.querySelector("[data-watch]");
const topic = page.getAttribute("data-watch");

function look() {
  fetch(page.getAttribute("data-look"), { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((found) => {
      if (found.status && found.status !== page.getAttribute("data-status")) location.reload();
    }, () => undefined);
}

copiers();
follow({
  topics: [topic],
  polls: { [topic]: page.getAttribute("data-poll") },
  onSignal: signal,
  onState() {
    turn();
    look();
  },
});
