// Owns where the token comes from, and keeps it nowhere but in memory unless the reader asks.

const KEY = "tidings.token";

export class Session {
  token = null;
  /** True when the server itself gave the token, for a first try on this machine. */
  quickStart = false;

  /** The token this page may begin with, or null when the reader has to give one. */
  async begin() {
    this.token = stored();
    return this.token ?? this.fetchQuickStart();
  }

  async fetchQuickStart() {
    try {
      const answer = await fetch(new URL("quick-start", location.href), { cache: "no-store" });
      const token = answer.ok ? (await answer.json()).token : null;
      if (typeof token === "string" && token) {
        this.token = token;
        this.quickStart = true;
        return token;
      }
    } catch {
      // Not offered, or not reachable: the form is the way then.
    }
    return null;
  }

  given(token, keep) {
    this.token = token;
    this.quickStart = false;
    store(keep ? token : null);
  }

  forget() {
    this.token = null;
    store(null);
  }
}

// Browsers may forbid storage altogether; the page works without it.
function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(token) {
  try {
    if (token === null) {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, token);
    }
  } catch {
    // As above.
  }
}
