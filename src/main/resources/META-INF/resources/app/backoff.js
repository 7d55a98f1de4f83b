// Owns what follows the end of a connection: whether to try again, when, and what to tell the reader.

const CAP_MS = 20000;
const FIRST_MS = 500;

/** Full jitter: after a restart many pages come back at once, and must not do so in step. */
export function delay(attempt, atLeast = 0) {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return atLeast + Math.random() * Math.max(0, ceiling - atLeast);
}

const ENDINGS = {
  1009: { text: "A message was larger than the server allows." },
  1012: { text: "The server is restarting." },
  4400: { phase: "refused", text: "The server could not understand this page." },
  4401: { phase: "signed-out", text: "The token has expired, was revoked, or was not accepted." },
  4403: { phase: "refused", text: "An operator ended this connection." },
  4408: { text: "This page read too slowly.", atLeast: 500 },
  4409: { text: "Too many connections are open.", atLeast: 3000 },
  4429: { text: "This page sent too much.", atLeast: 3000 },
};

export function ending(code, reason, opened) {
  const known = ENDINGS[code];
  if (known) {
    return { phase: known.phase ?? "waiting", text: known.text, atLeast: known.atLeast ?? 0 };
  }
  // A browser hides why a handshake failed, so both causes are named.
  const text = opened ? reason || "The connection was lost." : "The server does not answer, or does not accept this page.";
  return { phase: "waiting", text, atLeast: 0 };
}
