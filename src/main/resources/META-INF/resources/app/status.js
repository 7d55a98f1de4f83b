// Owns showing how the connection stands, at all times and in words.

import { byId, setText } from "./dom.js";
import { dateTime } from "./format.js";

const WORDS = {
  connecting: "Connecting",
  live: "Live",
  waiting: "Reconnecting",
  "signed-out": "Signed out",
  refused: "Refused",
};

export class StatusView {
  #status = { phase: "connecting" };
  #announced = "";

  constructor(onRetry) {
    byId("link-retry").addEventListener("click", onRetry);
    setInterval(() => this.#draw(), 250);
  }

  get phase() {
    return this.#status.phase;
  }

  show(status) {
    // The reason of the last ending stays in sight while the next try runs.
    const text = status.text ?? (status.phase === "connecting" && status.attempt > 0 ? this.#status.text : "");
    this.#status = { ...status, text };
    this.#draw();
    this.#announce();
  }

  identity({ subject, tenant, expires_at: expiresAt }, connection) {
    for (const [id, value] of Object.entries({ subject, tenant, connection })) {
      setText(byId(id), value ? String(value) : "–");
      byId(id).title = value ? String(value) : "";
    }
    byId("token-open").title = Number.isFinite(expiresAt) ? `The token ends ${dateTime(expiresAt)}` : "";
  }

  #draw() {
    const { phase, text, retryAt } = this.#status;
    const seconds = retryAt ? Math.max(0, Math.ceil((retryAt - performance.now()) / 1000)) : 0;
    byId("link").dataset.phase = phase;
    setText(byId("link-text"), phase === "waiting" ? `Reconnecting in ${seconds} s` : WORDS[phase]);
    setText(byId("link-detail"), text ?? "");
    byId("link-detail").title = text ?? "";
    byId("link-retry").hidden = phase !== "waiting" && phase !== "refused";
    document.title = phase === "live" ? "Tidings" : `${WORDS[phase]} – Tidings`;
  }

  // Apart from what is drawn, or a screen reader would read out the countdown.
  #announce() {
    const { phase, text } = this.#status;
    const retrying = phase === "connecting" && this.#announced.startsWith(WORDS.waiting);
    const words = `${WORDS[phase]}. ${text ?? ""}`.trim();
    if (!retrying && words !== this.#announced) {
      this.#announced = words;
      setText(byId("announce"), `Connection: ${words}`);
    }
  }
}
