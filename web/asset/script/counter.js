// SPDX-License-Identifier: AGPL-3.0-or-later

// The screen at the counter. It shows what is asked, turns green for ten seconds
// when a payment is committed, and lists the last five. A payment that arrived
// while the connection was cut is told once, with its time, and turns nothing
// green: it is not that of whoever stands there now.

import { countdown } from "./countdown.js";
import { follow } from "./live.js";
import { choose, fill, make, signal, turn } from "./signal.js";
import { chime, testButton } from "./sound.js";
import { amount, cents, hour, money } from "./writing.js";

const GREEN = 10000; // ms
const FRESH = 15000; // ms after which a payment is no news any more

const page = document.querySelector("[data-counter]");
const id = page.getAttribute("data-counter");
const topic = "counter:" + id;
const payments = topic + "/payments";
const list = page.querySelector("[data-last]");
const missed = document.querySelector("[data-missed]");
const box = page.querySelector("[data-countdown]");
const offset = Date.parse(page.getAttribute("data-now")) - Date.now(); // the tablet's clock is not to be trusted
const memory = "noria-counter-" + id;
let asked = page.getAttribute("data-asked");
let stop = null;
let green = 0;
let rung = false;

const now = () => Date.now() + offset;

// size names how long a written amount is, as the server does.
function size(text) {
  return text.length <= 5 ? "short" : text.length <= 6 ? "middle" : text.length <= 8 ? "long" : "longest";
}

// seen remembers the last payment that this screen told, over restarts.
function seen(seq) {
  try {
    if (seq !== undefined) localStorage.setItem(memory, String(seq));
    return Number(localStorage.getItem(memory)) || 0;
  } catch (refused) {
    return 0;
  }
}

function show(state) {
  choose(page, state);
  document.body.classList.toggle("paid", state === "paid");
}

function rest() {
  green = 0;
  show(asked ? "asked" : "idle");
}

// begin counts down the request that is asked.
function begin() {
  if (stop) stop();
  stop = null;
  if (!asked) return;
  box.setAttribute("data-now", new Date(now()).toISOString());
  stop = countdown(box, () => {
    asked = "";
    if (!green) rest();
  });
}

function ask(request) {
  const id = request ? request.id : "";
  if (id === asked) return;
  asked = id;
  if (request) {
    const written = amount(cents(request.amount));
    const place = page.querySelector('[data-money="asked"]');
    money(place, cents(request.amount));
    place.className = "counter-amount " + size(written);
    page.querySelector("[data-code]").src = "/ecran/demandes/" + request.id + "/code.svg";
    fill(page, "short", request.code);
    box.setAttribute("data-created", request.created_at);
    box.setAttribute("data-expires", request.expires_at);
  }
  begin();
  if (request && green) clearTimeout(green); // the next customer stands there already
  if (request || !green) rest();
}

function add(event) {
  const item = make("li", "new");
  const when = make("time", "", hour(event.at));
  when.setAttribute("datetime", event.at);
  item.appendChild(when);
  item.appendChild(make("strong", "", amount(cents(event.amount))));
  item.appendChild(make("bdi", "", event.payer || ""));
  const code = make("span", "code", event.match_code);
  code.setAttribute("data-label", page.getAttribute("data-word-code"));
  item.appendChild(code);
  list.insertBefore(item, list.firstChild);
  while (list.children.length > 5) list.removeChild(list.lastChild);
  page.querySelector("[data-none]").hidden = true;
}

function miss(sum, at, payer, code) {
  const told = sum + " " + page.getAttribute("data-word-at") + " " + hour(at) + (payer ? ", " + payer : "") + ", " + page.getAttribute("data-word-code") + " " + code;
  document.querySelector("[data-missed-list]").appendChild(make("span", "", told));
  missed.hidden = false;
  if (rung) return;
  rung = true; // once, however many
  chime();
}

function paid(event) {
  const written = amount(cents(event.amount));
  money(page.querySelector('[data-money="paid"]'), cents(event.amount));
  page.querySelector("[data-paid-size]").className = "counter-amount " + size(written);
  fill(page, "payer", event.payer || "");
  fill(page, "match", event.match_code);
  asked = "";
  begin();
  show("paid");
  chime();
  clearTimeout(green);
  green = setTimeout(rest, GREEN);
}

function awake() {
  if (navigator.wakeLock && !document.hidden) navigator.wakeLock.request("screen").catch(() => undefined);
}

// What the page already holds and this screen never told arrived while it was off.
const last = seen();
if (last) {
  Array.from(list.children)
    .filter((item) => Number(item.getAttribute("data-seq")) > last && now() - Date.parse(item.getAttribute("data-at")) > FRESH)
    .reverse()
    .forEach((item) => miss(item.getAttribute("data-sum"), item.getAttribute("data-at"), item.querySelector("bdi").textContent, item.querySelector(".code").textContent));
}
seen(Number(page.getAttribute("data-seq")));
if (page.getAttribute("data-state") === "paid") green = setTimeout(rest, GREEN);
begin();

const clock = document.querySelector("[data-clock]");
setInterval(() => (clock.textContent = hour(new Date(now()).toISOString())), 1000);
document.querySelector("[data-seen]").addEventListener("click", () => {
  const told = document.querySelector("[data-missed-list]");
  while (told.firstChild) told.removeChild(told.firstChild);
  missed.hidden = true;
  rung = false;
});
testButton(document);
const full = document.querySelector("[data-full]");
if (document.documentElement.requestFullscreen) {
  full.hidden = false;
  full.addEventListener("click", () => document.documentElement.requestFullscreen().catch(() => undefined));
}
awake();
document.addEventListener("visibilitychange", awake);

follow({
  base: "/ecran/direct",
  topics: [topic, payments],
  after: { [payments]: Number(page.getAttribute("data-seq")) },
  beat: 8000,
  onSignal(kind, since) {
    signal(kind, since);
    if (kind === "ended") location.reload(); // this screen was taken off
  },
  onReset: () => location.reload(),
  onStale: () => location.reload(),
  onState(name, state) {
    ask(state.request);
  },
  onEvent(name, event, seq) {
    turn();
    add(event);
    if (now() - Date.parse(event.at) > FRESH) miss(amount(cents(event.amount)), event.at, event.payer, event.match_code);
    else paid(event);
    seen(seq);
  },
});
