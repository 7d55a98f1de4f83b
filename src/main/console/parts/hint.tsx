import { useState } from 'preact/hooks';
import { useSession } from '../context.js';

/** A command that publishes an event and works as it stands. */
export function PublishHint() {
  const { quickStart } = useSession();
  const [copied, setCopied] = useState(false);
  const base = new URL('.', document.baseURI).href;
  const command = [
    quickStart
      ? `TOKEN=$(curl -s ${base}quick-start | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`
      : "TOKEN='paste your token here'",
    `curl ${base}api/v1/channels/demo:hello/events \\`,
    '  -H "Authorization: Bearer $TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"event": "demo.said", "payload": {"text": "hello"}}'`,
  ].join('\n');
  const copy = async () => {
    await navigator.clipboard.writeText(command).then(
      () => setCopied(true),
      () => setCopied(false),
    );
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <>
      <pre class="command">{command}</pre>
      {/* Only pages on https or on the machine itself may use the clipboard. */}
      {navigator.clipboard && (
        <button type="button" class="small" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      )}
    </>
  );
}
