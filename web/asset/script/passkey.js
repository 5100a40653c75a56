// SPDX-License-Identifier: AGPL-3.0-or-later

// Passkeys: the page holds what the browser is asked, the form takes what it
// answers to the server. Where there are no passkeys the forms stay hidden. A form
// that has its answer is told so, with an event "answered", before it is sent.

// keys says whether this browser knows passkeys.
export const keys = Boolean(window.PublicKeyCredential);

const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// What parseCreationOptionsFromJSON and toJSON do, for browsers without them.
function asked(json) {
  const options = Object.assign({}, json, { challenge: decode(json.challenge) });
  if (json.user) options.user = Object.assign({}, json.user, { id: decode(json.user.id) });
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (json[list]) options[list] = json[list].map((known) => Object.assign({}, known, { id: decode(known.id) }));
  }
  return options;
}

function answered(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({ id: credential.id, rawId: encode(credential.rawId), type: credential.type, response, clientExtensionResults: {} });
}

for (const form of keys ? document.querySelectorAll("[data-passkey]") : []) {
  const problem = form.querySelector("[data-passkey-problem]");
  let asking = false;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    problem.hidden = true;
    try {
      const publicKey = asked(JSON.parse(form.getAttribute("data-options")));
      const credential = form.getAttribute("data-passkey") === "create"
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
      form.elements.reponse.value = answered(credential);
      form.dispatchEvent(new Event("answered"));
      form.submit();
    } catch (error) {
      asking = false;
      problem.hidden = false;
    }
  });
}
