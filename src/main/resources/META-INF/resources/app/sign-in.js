// Owns the token form.

import { byId, setText } from "./dom.js";

const WHY =
  "Paste a JSON Web Token. It goes to this server in the first WebSocket message and is kept in memory only.";

export class SignIn {
  /** @param hooks onToken(token, keep), onForget() */
  constructor(hooks) {
    byId("token-form").addEventListener("submit", (submit) => {
      submit.preventDefault();
      const token = byId("token").value.replace(/^Bearer\s+/i, "").replace(/\s+/g, "");
      if (token) {
        byId("token").value = "";
        this.hide();
        hooks.onToken(token, byId("token-keep").checked);
      }
    });
    byId("token-open").addEventListener("click", () => (byId("sign-in").hidden ? this.show(true) : this.hide()));
    byId("token-cancel").addEventListener("click", () => this.hide());
    byId("token-forget").addEventListener("click", hooks.onForget);
  }

  /** @param optional true when the page is signed in and may stay so */
  show(optional, why = WHY) {
    setText(byId("sign-in-title"), optional ? "Use another token" : "Sign in with a token");
    setText(byId("sign-in-why"), why);
    byId("token-cancel").hidden = !optional;
    byId("token-forget").hidden = !optional;
    byId("sign-in").hidden = false;
    byId("token-open").setAttribute("aria-expanded", "true");
    byId("token").focus();
  }

  hide() {
    if (byId("sign-in").contains(document.activeElement)) {
      byId("token-open").focus();
    }
    byId("sign-in").hidden = true;
    byId("token-open").setAttribute("aria-expanded", "false");
  }
}
