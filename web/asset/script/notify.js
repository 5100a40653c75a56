// SPDX-License-Identifier: AGPL-3.0-or-later

// Hints in this browser: asks the person, then the browser, and gives the address
// that its maker made to the server. Where there is no such thing the page says
// so, and the button stays hidden.

const form = document.querySelector("[data-push]");
const notes = document.querySelectorAll("[data-push-no]");
const show = (which) => notes.forEach((note) => { note.hidden = note.getAttribute("data-push-no") !== which; });
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

async function ask() {
  if (await Notification.requestPermission() !== "granted") {
    show("denied");
    return;
  }
  try {
    const worker = await navigator.serviceWorker.ready;
    const former = await worker.pushManager.getSubscription();
    if (former) await former.unsubscribe();
    const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: decode(form.getAttribute("data-push")) });
    form.elements.adresse.value = made.endpoint;
    form.submit();
  } catch (error) {
    show("failed");
  }
}

if (form && navigator.serviceWorker && window.PushManager && window.Notification) {
  show(Notification.permission === "denied" ? "denied" : "");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  navigator.serviceWorker.ready.then((worker) => worker.pushManager.getSubscription()).then((made) => {
    if (made && Notification.permission === "granted" && document.querySelector("[data-push-device]")) show("on");
  }, () => undefined);
}
