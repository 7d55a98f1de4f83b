// Owns what empty places say: what to do next, with a command that works as it stands.

import { make } from "./dom.js";

/** @param session whose kind of token the command needs; null for words alone */
export function fillHint(place, title, words, session) {
  place.replaceChildren(make("p", "empty-title", title), make("p", "", words));
  if (session) {
    const command = publishCommand(session.quickStart);
    place.append(make("pre", "command", command));
    // Only pages on https or on the machine itself may use the clipboard.
    if (navigator.clipboard) {
      place.append(copyButton(command));
    }
  }
}

function publishCommand(quickStart) {
  const base = new URL(".", location.href).href;
  const token = quickStart
    ? `TOKEN=$(curl -s ${base}quick-start |\n  sed -E 's/.*"token" *: *"([^"]+)".*/\\1/')`
    : "TOKEN='paste your token here'";
  return [
    token,
    `curl ${base}api/v1/channels/demo:hello/events \\`,
    `  -H "Authorization: Bearer $TOKEN" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '{"event": "demo.said", "payload": {"text": "hello"}}'`,
  ].join("\n");
}

function copyButton(command) {
  const copy = make("button", "small", "Copy");
  copy.type = "button";
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(command);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Not allowed here";
    }
    setTimeout(() => (copy.textContent = "Copy"), 2000);
  });
  return copy;
}
