// SPDX-License-Identifier: AGPL-3.0-or-later

// The worker that a browser keeps: where a page cannot be asked for, it shows the
// one that says so. It keeps that page and the files it names, under the name of
// this release, and never anything that a person is shown. Where somebody asked
// to be hinted at what is new, it shows the hint: a push carries nothing, and the
// words are the same for everybody.

const kept = self.kept;
const hint = self.hint;
const release = self.release;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(release).then((cache) => cache.addAll(kept)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== release).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.method !== "GET") return;
  if (asked.mode === "navigate") {
    event.respondWith(fetch(asked).catch(() => caches.match(kept[0])));
  } else if (kept.indexOf(new URL(asked.url).pathname) > 0) {
    event.respondWith(caches.match(asked).then((found) => found || fetch(asked)));
  }
});

self.addEventListener("push", (event) => {
  event.waitUntil(self.registration.showNotification(hint.title, { body: hint.body, lang: hint.lang, icon: hint.icon, tag: "noria" }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((open) => {
    const there = open.find((client) => new URL(client.url).pathname === hint.path);
    return there ? there.focus() : self.clients.openWindow(hint.path);
  }));
});
