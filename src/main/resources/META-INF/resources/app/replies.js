// Owns matching the server's replies to the messages they answer.

const PATIENCE_MS = 15000;

export class Refused extends Error {
  constructor({ code, message, retryable, details } = {}) {
    super(typeof message === "string" && message ? message : String(code ?? "refused"));
    this.code = code;
    this.retryable = retryable === true;
    this.retryAfterMs = details?.retry_after_ms;
  }
}

export class Replies {
  #next = 1;
  #open = new Map();

  /** An id to send, and what will be answered to it. */
  expect() {
    const id = String(this.#next++);
    const reply = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#open.delete(id);
        reject(new Refused({ code: "timeout", message: "The server did not answer in time.", retryable: true }));
      }, PATIENCE_MS);
      this.#open.set(id, { resolve, reject, timer });
    });
    return { id, reply };
  }

  /** True when the envelope answers one of ours. */
  settle(envelope) {
    const waiting = this.#open.get(envelope.id);
    // Events carry ids of their own, which may look like ours.
    if (!waiting || envelope.type === "message") {
      return false;
    }
    this.#open.delete(envelope.id);
    clearTimeout(waiting.timer);
    if (envelope.type === "error") {
      waiting.reject(new Refused(envelope.payload));
    } else {
      waiting.resolve(envelope);
    }
    return true;
  }

  abandon() {
    for (const { reject, timer } of this.#open.values()) {
      clearTimeout(timer);
      reject(new Refused({ code: "closed", message: "The connection ended before the server answered.", retryable: true }));
    }
    this.#open.clear();
  }
}
