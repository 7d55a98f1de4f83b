// Owns the publish form: checks what can be checked here, sends the rest, and says what came of it.

import { byId, make, setText } from "./dom.js";
import { count } from "./format.js";
import { isChannel } from "./names.js";

export class PublishForm {
  #connection;
  #onPublished;
  #typed = false;
  #suggested = "";

  constructor(connection, onPublished) {
    this.#connection = connection;
    this.#onPublished = onPublished;
    byId("publish-form").addEventListener("submit", (submit) => {
      submit.preventDefault();
      this.#send();
    });
    byId("publish-channel").addEventListener("input", () => (this.#typed = byId("publish-channel").value !== ""));
    byId("publish-payload").addEventListener("keydown", (press) => {
      if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) {
        press.preventDefault();
        byId("publish-form").requestSubmit();
      }
    });
  }

  /** Follows the selection until the reader has named a channel. */
  propose(channel) {
    if (!this.#typed) {
      byId("publish-channel").value = channel;
    }
  }

  suggest(names) {
    const few = names.slice(0, 200);
    const key = few.join("\n");
    if (key !== this.#suggested) {
      this.#suggested = key;
      byId("publish-channels").replaceChildren(...few.map(option));
    }
  }

  async #send() {
    const channel = byId("publish-channel").value.trim();
    const event = byId("publish-event").value.trim();
    const payload = byId("publish-payload").value.trim() || "null";
    const [id, trouble] = this.#trouble(channel, event, payload);
    for (const field of ["publish-channel", "publish-event", "publish-payload"]) {
      byId(field).setAttribute("aria-invalid", String(field === id));
    }
    if (trouble) {
      this.#say("bad", trouble);
      byId(id).focus();
      return;
    }
    this.#say("", "Sending…");
    byId("publish-send").disabled = true;
    try {
      const reply = await this.#connection.requestText((messageId) => message(messageId, channel, event, payload));
      this.#say("good", `Published at offset ${count(reply.payload?.offset)}`);
      this.#onPublished(channel);
    } catch (refused) {
      this.#say("bad", refused.code ? `${refused.message} (${refused.code})` : refused.message);
    } finally {
      byId("publish-send").disabled = false;
    }
  }

  #trouble(channel, event, payload) {
    if (!isChannel(channel)) {
      return ["publish-channel", "A channel is namespace or namespace:id, such as demo:hello."];
    }
    if (!event) {
      return ["publish-event", "Name the event, such as demo.said."];
    }
    try {
      JSON.parse(payload);
    } catch (error) {
      return ["publish-payload", `The payload is not JSON: ${error.message}`];
    }
    const most = this.#connection.maxMessageBytes;
    if (most > 0 && new Blob([message("0000000000", channel, event, payload)]).size > most) {
      return ["publish-payload", `The message is larger than the ${count(most)} bytes the server takes.`];
    }
    return [null, null];
  }

  #say(kind, text) {
    byId("publish-result").dataset.kind = kind;
    setText(byId("publish-result"), text);
  }
}

// The payload goes in as it was typed: parsing and writing it again would round large numbers.
function message(id, channel, event, payload) {
  const head = JSON.stringify({ type: "publish", id, channel, event });
  return `${head.slice(0, -1)},"payload":${payload}}`;
}

function option(name) {
  const element = make("option");
  element.value = name;
  return element;
}
