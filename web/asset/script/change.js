// SPDX-License-Identifier: AGPL-3.0-or-later

// The form that changes euros: what the amount would give is asked while one
// types, and shown before it is confirmed. Without this module the button asks.

import { amount, cents, date, units } from "./writing.js";

const form = document.querySelector("[data-change]");
const field = form.querySelector("[name=montant]");
const box = form.querySelector("[data-preview]");
const button = form.querySelector("[data-button]");
const words = {};
let timer = 0;
let asked = 0;

document.querySelectorAll("[data-reason]").forEach((item) => (words[item.getAttribute("data-reason")] = item.getAttribute("data-words")));

// typed reads the field as "50.00", or "" where the server has to judge it.
function typed() {
  const parts = /^(\d{1,9})(?:[.,](\d{1,2}))?$/.exec(field.value.replace(/[\s\u00a0\u202f]/g, ""));
  if (!parts || !Number(parts[1] + (parts[2] || ""))) return "";
  return String(Number(parts[1])) + "." + ((parts[2] || "") + "00").slice(0, 2);
}

const word = (name) => box.getAttribute("data-word-" + name);
const part = (name) => box.querySelector("[data-" + name + "]");

function say(place, text) {
  place.textContent = text;
  place.hidden = !text;
}

function because(reason) {
  const place = reason.on ? date(reason.on + "T12:00:00Z") : amount(cents(reason.amount || "0.00")) + "\u00a0€";
  return (words[reason.code] || "").replace("{}", place);
}

function forget() {
  form.elements.vu.value = form.elements.pour.value = "";
  box.hidden = true;
  button.textContent = word("look");
}

function show(quote) {
  const credited = cents(quote.credited);
  const left = quote.allowance_left;
  form.elements.pour.value = quote.euros;
  form.elements.vu.value = quote.credited;
  part("euros").textContent = amount(cents(quote.euros));
  part("credited").textContent = amount(credited);
  part("unit").textContent = units(credited);
  say(part("bonus"), cents(quote.bonus) ? word("bonus").replace("{bonus}", amount(cents(quote.bonus))).replace("{funder}", () => quote.funder || "") : "");
  say(part("left"), left ? word(quote.allowance_period === "month" ? "month" : "whole").replace("{left}", amount(cents(left))) : "");
  const why = part("why");
  while (why.firstChild) why.removeChild(why.firstChild);
  quote.reasons.forEach((reason) => {
    const item = document.createElement("li");
    item.textContent = because(reason);
    why.appendChild(item);
  });
  why.hidden = !quote.reasons.length;
  button.textContent = word("button").replace("{euros}", amount(cents(quote.euros)));
  box.hidden = false;
}

function quote() {
  const euros = typed();
  const mine = ++asked;
  if (!euros) return forget();
  fetch("/v1/conversions/quotes", {
    method: "POST", credentials: "same-origin", cache: "no-store",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    body: JSON.stringify({ wallet: form.getAttribute("data-change"), euros }),
  })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error("refused"))))
    .then((found) => mine === asked && show(found), () => mine === asked && forget());
}

field.addEventListener("input", () => {
  forget();
  clearTimeout(timer);
  timer = setTimeout(quote, 200);
});
form.querySelectorAll("[data-chip]").forEach((chip) => {
  chip.addEventListener("click", (event) => {
    event.preventDefault();
    field.value = amount(cents(chip.getAttribute("data-chip")));
    quote();
  });
});
if (field.value && box.hidden) quote();
