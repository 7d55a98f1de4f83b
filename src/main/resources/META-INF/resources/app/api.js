// Owns the REST calls of this page.

const PAGE = 500;
const MAX_PAGES = 4;

export class Api {
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** The channels the caller may see; `complete` is false when there are more than this page wants to hold. */
  async channels() {
    const items = [];
    let after = null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = after === null ? "" : `&after=${encodeURIComponent(after)}`;
      const answer = await this.#get(`api/v1/channels?limit=${PAGE}${query}`);
      items.push(...(Array.isArray(answer.items) ? answer.items : []));
      after = answer.next ?? null;
      if (after === null) {
        return { items, complete: true };
      }
    }
    return { items, complete: false };
  }

  /** The newest events of a channel, newest first. */
  async history(channel, limit) {
    const answer = await this.#get(`api/v1/channels/${encodeURIComponent(channel)}/events?limit=${limit}&reverse=true`);
    return { ...answer, events: Array.isArray(answer.events) ? answer.events : [] };
  }

  async #get(path) {
    const answer = await fetch(new URL(path, location.href), {
      cache: "no-store",
      headers: { Authorization: `Bearer ${this.#session.token}`, Accept: "application/json" },
    });
    if (!answer.ok) {
      throw new Error(await problem(answer));
    }
    return answer.json();
  }
}

async function problem(answer) {
  try {
    const { detail, title } = await answer.json();
    return `${detail ?? title ?? "refused"} (${answer.status})`;
  } catch {
    return `the server answered ${answer.status}`;
  }
}
