/**
 * A token for a try on this machine, where the service has no key of its own. In your application this asks your own server, which
 * knows who is signed in. The client calls it at each connection, and before a token ends.
 */
export async function token() {
  const answer = await fetch('/quick-start');
  if (!answer.ok) {
    throw new Error('The service gives out no tokens: it has a key of its own. See quick-start.js.');
  }
  return (await answer.json()).token;
}
