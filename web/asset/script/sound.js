// SPDX-License-Identifier: AGPL-3.0-or-later

// The two notes of a payment that arrived. A browser that has not been touched
// yet may refuse to play them; nothing depends on them.

let context = null;

function note(pitch, from) {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = "triangle";
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, from);
  volume.gain.exponentialRampToValueAtTime(0.5, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.45);
  tone.connect(volume);
  volume.connect(context.destination);
  tone.start(from);
  tone.stop(from + 0.5);
}

// chime plays the two notes.
export function chime() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  context = context || new Context();
  if (context.resume) context.resume();
  note(659.26, context.currentTime + 0.02);
  note(987.77, context.currentTime + 0.2);
}

// testButton wires the button that lets a shop hear the notes beforehand.
export function testButton(root) {
  const button = root.querySelector("[data-chime]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", chime);
}
