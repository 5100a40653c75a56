// SPDX-License-Identifier: AGPL-3.0-or-later

// The public fund page: figures, bars and words follow the "fund" topic.

import { follow } from "./live.js";
import { choose, fill, make, signal, turn } from "./signal.js";
import { amount, cents, date, hour, percent, signed, units } from "./writing.js";

const page = document.querySelector("[data-fund]");

// width writes a share of the longer bar as a percentage of the drawing.
function width(part, whole) {
  return whole > 0 ? ((100 * Math.max(0, part)) / whole).toFixed(2) + "%" : "0%";
}

function show(name, pool) {
  const box = page.querySelector('[data-pool="' + name + '"]');
  if (!box) return;
  const circulation = cents(pool.circulation);
  const gap = cents(pool.gap_eur);
  const surplus = cents(pool.surplus_eur);
  const cover = cents(pool.backing_eur) + (gap > 0 ? -gap : surplus); // one pool's surplus fills no other's gap
  const longer = Math.max(circulation, cover);
  const state = gap > 0 ? "short" : circulation === 0 ? "empty" : "covered";
  const places = name === "total" ? [box, document.querySelector("[data-headline]")] : [box];
  places.forEach((place) => {
    fill(place, "circulation", amount(circulation));
    fill(place, "units", units(circulation));
    fill(place, "cover", amount(cover));
    fill(place, "transit", amount(cents(pool.in_transit_eur) + cents(pool.between_eur ?? "0.00")));
    apart(place, "redeeming", cents(pool.redeeming_eur));
    apart(place, "grants", cents(pool.grants_eur));
    apart(place, "held", cents(pool.held_eur));
    fill(place, "missing", amount(gap));
    fill(place, "surplus", signed(surplus));
    fill(place, "coverage", circulation > 0 ? percent(cover, circulation) : "\u2014");
    choose(place, state);
    awaited(place, pool, gap, cover, circulation);
  });
  box.querySelector("[data-row=missing]").hidden = gap === 0;
  box.querySelector("[data-row=surplus]").hidden = gap > 0 && surplus === 0;
  box.querySelector("[data-bar=circulation]").setAttribute("width", width(circulation, longer));
  box.querySelector("[data-bar=cover]").setAttribute("width", width(cover, longer));
  const level = box.querySelector("[data-bar=level]");
  level.setAttribute("x1", width(circulation, longer));
  level.setAttribute("x2", width(circulation, longer));
  custodians(box.querySelector("[data-custodians]"), pool.custodians || []);
}

// awaited shows what is owed to the fund and counts in no cover, and the coverage
// were it paid.
function awaited(place, pool, gap, cover, circulation) {
  const rows = place.querySelector("[data-awaited]");
  if (!rows) return;
  const funders = cents(pool.funder_receivable_eur ?? "0.00");
  const members = cents(pool.member_receivable_eur ?? "0.00");
  const owed = Math.min(Math.max(0, gap), funders + members);
  rows.hidden = funders + members === 0;
  for (const [field, n] of [["funders", funders], ["members", members]]) {
    place.querySelector('[data-row="' + field + '"]').hidden = n === 0;
    fill(place, field, amount(n));
  }
  fill(place, "coverage-with", circulation > 0 ? percent(cover + owed, circulation) : "\u2014");
}

// apart shows euros that have another use, where there are any.
function apart(place, field, n) {
  const row = place.querySelector('[data-row="' + field + '"]');
  if (row) row.hidden = n === 0;
  fill(place, field, amount(-n));
}

// promised tells what campaigns hold that is no guarantee.
function promised(total) {
  document.querySelector("[data-owed]").hidden = cents(total.funder_receivable_eur ?? "0.00") + cents(total.member_receivable_eur ?? "0.00") === 0;
  const note = document.querySelector("[data-grants]");
  const grants = cents(total.grants_eur);
  note.hidden = grants === 0;
  fill(note, "grants-paid", amount(grants));
}

function custodians(rows, list) {
  while (rows.firstChild) rows.removeChild(rows.firstChild);
  list.forEach((custodian) => {
    const row = make("tr", "part");
    const name = make("th", "", custodian.name);
    name.setAttribute("scope", "row");
    const figure = make("td");
    figure.appendChild(make("span", "", amount(cents(custodian.balance_eur))));
    figure.appendChild(document.createTextNode("\u00a0€"));
    row.appendChild(name);
    row.appendChild(figure);
    rows.appendChild(row);
  });
}

follow({
  topics: ["fund"],
  versions: { fund: Number(page.getAttribute("data-version")) },
  polls: { fund: "/v1/fund" },
  everybody: true,
  onSignal: signal,
  onState(topic, state) {
    turn();
    (state.pools || []).forEach((pool) => show(pool.pool, pool));
    if (state.total) {
      show("total", state.total);
      promised(state.total);
    }
    if (state.as_of) {
      fill(document, "day", date(state.as_of));
      fill(document, "hour", hour(state.as_of));
    }
    if (state.head) fill(document, "seq", String(state.head.seq));
    if (state.head) fill(document, "hash", String(state.head.hash).slice(0, 16));
  },
});
