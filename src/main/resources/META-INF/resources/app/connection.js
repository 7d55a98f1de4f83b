// Owns the one WebSocket: opening it, signing in on it, keeping it alive and opening it again.

import { delay, ending } from "./backoff.js";
import { setServerClock } from "./format.js";
import { Heartbeat } from "./heartbeat.js";
import { Refused, Replies } from "./replies.js";

const OPEN_WITHIN_MS = 10000;
// Only a link that held this long was a success; else a server that accepts and drops would be hammered.
const STEADY_MS = 5000;

export class Connection {
  #socket = null;
  #token = null;
  #replies = new Replies();
  #heartbeat = new Heartbeat();
  #attempt = 0;
  #liveSince = 0;
  #timer;
  #plannedMs = 0;
  #refusal = "";
  #hooks;
  maxMessageBytes = 0;
  live = false;

  /** @param hooks onStatus(status), onAuthenticated(payload, connectionId), onEnvelope(envelope, size, answered) */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  /** Connects with this token, from the beginning. */
  start(token) {
    this.#token = token;
    this.#attempt = 0;
    this.#drop();
    this.#open();
  }

  retryNow() {
    if (this.#socket === null && this.#token !== null) {
      clearTimeout(this.#timer);
      this.#open();
    }
  }

  stop(status) {
    this.#token = null;
    this.#drop();
    this.#hooks.onStatus(status);
  }

  /** Sends and resolves with the reply, or rejects with {@link Refused}. */
  request(envelope) {
    return this.requestText((id) => JSON.stringify({ ...envelope, id }));
  }

  /** As request, for text the caller puts together around the id. */
  requestText(write) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Refused({ code: "closed", message: "Not connected.", retryable: true }));
    }
    const { id, reply } = this.#replies.expect();
    this.#socket.send(write(id));
    return reply;
  }

  /** A newer token for the live connection; resolves with what it grants. */
  async refresh(token) {
    const reply = await this.request({ type: "authenticate", payload: { token } });
    this.#token = token;
    return reply.payload ?? {};
  }

  #open() {
    const url = new URL("ws?batch_ms=25", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.hash = "";
    const socket = new WebSocket(url, "tidings.v1.json");
    let opened = false;
    this.#socket = socket;
    this.#plannedMs = 0;
    this.#refusal = "";
    this.#hooks.onStatus({ phase: "connecting", attempt: this.#attempt });
    this.#timer = setTimeout(() => this.#ended(ending(0, "The server did not answer in time.", true)), OPEN_WITHIN_MS);
    socket.onopen = () => (opened = true);
    socket.onmessage = (message) => this.#received(message.data);
    socket.onclose = (close) => this.#ended(ending(close.code, close.reason, opened));
  }

  #received(text) {
    this.#heartbeat.heard();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    const envelopes = Array.isArray(frame) ? frame : [frame];
    const size = text.length / Math.max(1, envelopes.length);
    for (const envelope of envelopes) {
      this.#handle(envelope, size);
    }
  }

  #handle(envelope, size) {
    if (envelope === null || typeof envelope !== "object") {
      return;
    }
    if (envelope.type === "welcome") {
      this.#welcomed(envelope);
    } else if (envelope.type === "reconnect") {
      this.#plannedMs = Number(envelope.payload?.after_ms) || 0;
    }
    // Replies pass here too, because a promise would come to them only after what follows in the same frame.
    this.#hooks.onEnvelope(envelope, size, this.#replies.settle(envelope));
  }

  #welcomed({ payload = {}, timestamp }) {
    setServerClock(timestamp);
    this.maxMessageBytes = Number(payload.max_message_bytes) || 0;
    this.#heartbeat.start(
      Number(payload.heartbeat_ms) || 30000,
      () => this.request({ type: "ping" }).catch(() => {}),
      () => this.#ended(ending(0, "The link went silent.", true)),
    );
    this.request({ type: "authenticate", payload: { token: this.#token } }).then(
      (reply) => this.#authenticated(reply.payload ?? {}, payload.connection),
      // The close that follows says what to do; the refusal says why.
      (refused) => (this.#refusal = refused.code === "closed" ? "" : refused.message),
    );
  }

  #authenticated(payload, connectionId) {
    clearTimeout(this.#timer);
    this.live = true;
    this.#liveSince = performance.now();
    this.#hooks.onStatus({ phase: "live" });
    this.#hooks.onAuthenticated(payload, connectionId);
  }

  #ended({ phase, text, atLeast }) {
    if (this.live && performance.now() - this.#liveSince > STEADY_MS) {
      this.#attempt = 0;
    }
    const planned = this.#plannedMs;
    this.#drop();
    if (phase !== "waiting") {
      this.#hooks.onStatus({ phase, text: this.#refusal || text });
      return;
    }
    const wait = planned > 0 ? planned + delay(1) : delay(this.#attempt, atLeast);
    this.#attempt++;
    this.#hooks.onStatus({ phase: "waiting", text, retryAt: performance.now() + wait });
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  // Lets go at once: closing a dead link politely can take minutes.
  #drop() {
    clearTimeout(this.#timer);
    this.#heartbeat.stop();
    const socket = this.#socket;
    this.#socket = null;
    this.live = false;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#replies.abandon();
  }
}
