// SPDX-License-Identifier: AGPL-3.0-or-later

// Keeps the page for lost networks on the device, and nothing else.

if (navigator.serviceWorker) {
  const address = "/veille.js";
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("noria-worker", { createScriptURL: (url) => (url === address ? url : "") })
    : { createScriptURL: (url) => url };
  navigator.serviceWorker.register(policy.createScriptURL(address)).catch(() => {});
}
