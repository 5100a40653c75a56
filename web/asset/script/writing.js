// SPDX-License-Identifier: AGPL-3.0-or-later

// Amounts and dates as the pages write them, in French or English. Amounts are whole cents:
// at most eleven digits, far below what a number holds exactly.

// cents reads "12.50" or "-12.50" as a whole number of cents.
export function cents(text) {
  const parts = /^([+-]?)(\d+)\.(\d\d)$/.exec(String(text));
  if (!parts) return 0;
  const whole = Number(parts[2] + parts[3]);
  return parts[1] === "-" ? -whole : whole;
}

const english = document.documentElement.lang === "en";

// amount writes cents as "1 234,50" or "1,234.50".
export function amount(n) {
  const digits = ("00" + Math.abs(n)).slice(-Math.max(3, String(Math.abs(n)).length));
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, english ? "," : "\u202f");
  return (n < 0 ? "\u2212" : "") + whole + (english ? "." : ",") + digits.slice(-2);
}

// signed writes cents with a plus where they are positive.
export function signed(n) {
  return (n > 0 ? "+" : "") + amount(n);
}

// percent writes cover in relation to circulation, rounded down so that
// 100,00 % is never said of less.
export function percent(cover, circulation) {
  return amount(Math.floor((cover * 10000) / circulation)) + (english ? "%" : "\u00a0%");
}

// units is the word to put after an amount: French counts in the singular up to,
// and without, two; English for exactly one.
export function units(n) {
  const size = Math.abs(n);
  return document.body.getAttribute((english ? size === 100 : size < 200) ? "data-unit" : "data-units");
}

// spoken writes an amount of units as it is said: "12 Roues 50".
export function spoken(n) {
  const size = Math.abs(n);
  const rest = size % 100;
  const tail = rest ? " " + ("0" + rest).slice(-2) : "";
  return (n < 0 ? (english ? "minus " : "moins ") : "") + Math.floor(size / 100) + " " + units(n) + tail;
}

// money writes an amount into a place that holds what is seen and what is said.
export function money(place, n) {
  if (!place) return;
  place.querySelector("[aria-hidden]").textContent = amount(n);
  place.querySelector(".vh").textContent = spoken(n);
}

const LONG = english
  ? ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
  : ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
const SHORT = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];

// parts gives the civil date and time in Paris of an instant written in RFC 3339.
function parts(text) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/Paris", year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
  const found = {};
  format.formatToParts(new Date(text)).forEach((part) => (found[part.type] = part.value));
  return found;
}

// date writes "23 novembre 2026", day "23 nov." and hour "14 h 05"; in English
// "23 November 2026", "23 Nov" and "14:05".
function number(p) {
  return !english && Number(p.day) === 1 ? "1er" : Number(p.day);
}
export function date(text) {
  const p = parts(text);
  return number(p) + " " + LONG[p.month - 1] + " " + p.year;
}
export function day(text) {
  const p = parts(text);
  return number(p) + " " + (english ? LONG[p.month - 1].slice(0, 3) : SHORT[p.month - 1]);
}
export function hour(text) {
  const p = parts(text);
  const h = Number(p.hour) % 24;
  return english ? ("0" + h).slice(-2) + ":" + p.minute : h + "\u00a0h\u00a0" + p.minute;
}
