// SPDX-License-Identifier: AGPL-3.0-or-later

// Scanning a code where the browser can read one by itself. A code of this site
// leads on; anything else is refused without being followed.

const scanner = document.querySelector("[data-scanner]");
const video = document.querySelector("[data-video]");
const button = document.querySelector("[data-scan]");
const problem = document.querySelector("[data-scan-problem]");
const foreign = document.querySelector("[data-scan-foreign]");
let stream = null;
let asked = false;

function stop() {
  asked = false;
  if (stream) stream.getTracks().forEach((track) => track.stop());
  stream = null;
  video.hidden = true;
  button.hidden = false;
}

// ours is the address to go on to, or nothing.
function ours(text) {
  try {
    const at = new URL(text);
    return at.origin === location.origin && /^\/payer(\/|$)/.test(at.pathname) ? at.href : "";
  } catch (notAnAddress) {
    return "";
  }
}

async function look(detector) {
  let codes = [];
  try {
    codes = await detector.detect(video);
  } catch (notReady) {
    // The next picture may be read.
  }
  if (!stream) return; // left meanwhile
  const next = codes.map((code) => ours(code.rawValue)).find(Boolean);
  if (next) {
    stop();
    location.assign(next);
    return;
  }
  if (codes.length) foreign.hidden = false;
  setTimeout(() => look(detector), 200);
}

async function begin() {
  if (asked) return;
  asked = true;
  problem.hidden = foreign.hidden = true;
  try {
    const given = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    stream = given;
    if (!asked) return stop(); // left while the question stood
    video.srcObject = stream;
    video.hidden = false;
    button.hidden = true;
    await video.play();
    look(new window.BarcodeDetector({ formats: ["qr_code"] }));
  } catch (refused) {
    stop();
    problem.hidden = false;
  }
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  scanner.hidden = false;
  button.addEventListener("click", begin);
  window.addEventListener("pagehide", stop);
}
