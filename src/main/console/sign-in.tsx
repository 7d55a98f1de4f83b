import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from './context.js';
import { Field } from './parts/ui.js';

/** Asks for a token. */
export function SignIn({ why }: { readonly why?: string }) {
  const session = useSession();
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const token = useRef<HTMLTextAreaElement>(null);
  const keep = useRef<HTMLInputElement>(null);
  useEffect(() => token.current?.focus(), []);
  const submit = (event: Event) => {
    event.preventDefault();
    const text = token.current!.value.trim().replace(/^Bearer\s+/i, '');
    if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) {
      session.signIn(text, keep.current!.checked);
    } else {
      setWrong('That is no JSON Web Token: it has three parts with dots between them. Copy it as a whole.');
      token.current!.focus();
    }
  };
  return (
    <form class="sign-in" id="token-form" autocomplete="off" onSubmit={submit}>
      <h1>Sign in with a token</h1>
      <p>
        Paste a JSON Web Token for this service. It is sent to this service only, and kept in memory. What you may see and do is
        what it permits.
      </p>
      {(wrong ?? why) !== undefined && (
        <p class="said bad" role="alert">
          {wrong ?? why}
        </p>
      )}
      <Field label="Token">
        {(id) => (
          <textarea
            id={id}
            ref={token}
            class="mono"
            name="token"
            rows={4}
            required
            spellcheck={false}
            autocapitalize="off"
            aria-invalid={wrong !== undefined}
            placeholder="eyJhbGciOi…"
          />
        )}
      </Field>
      <label class="check">
        <input type="checkbox" ref={keep} /> Keep it for this tab, so that a reload stays signed in
      </label>
      <div class="actions start">
        <button class="primary" type="submit">
          Sign in
        </button>
      </div>
    </form>
  );
}
