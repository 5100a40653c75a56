// SPDX-License-Identifier: AGPL-3.0-or-later

// The time left to pay, by the server's clock: an old tablet's own is not to be
// trusted, so only the time since the page was made is taken from it.

// countdown writes the minutes and seconds left and shrinks the ring; when none
// are left it calls over, once. It returns a function that stops it.
export function countdown(box, over) {
  const made = Date.now();
  const begin = Date.parse(box.getAttribute("data-now"));
  const end = Date.parse(box.getAttribute("data-expires"));
  const whole = Math.max(1, end - Date.parse(box.getAttribute("data-created")));
  const text = box.querySelector("[data-left]");
  const ring = box.querySelector("[data-ring]");
  let timer = 0;
  const tick = () => {
    const left = Math.max(0, end - begin - (Date.now() - made));
    const seconds = Math.ceil(left / 1000);
    text.textContent = Math.floor(seconds / 60) + ":" + ("0" + (seconds % 60)).slice(-2);
    if (ring) ring.setAttribute("stroke-dashoffset", String(100 - Math.min(100, (100 * left) / whole)));
    box.classList.toggle("late", seconds <= 15);
    if (left > 0) return;
    clearInterval(timer);
    over();
  };
  box.hidden = false;
  timer = setInterval(tick, 500);
  tick();
  return () => clearInterval(timer);
}
