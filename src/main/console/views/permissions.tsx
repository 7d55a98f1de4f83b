import { useState } from 'preact/hooks';
import { useSession } from '../context.js';
import { moment } from '../format.js';
import { useDoing } from '../load.js';
import { ChannelField, useChannelNames } from '../parts/channel-field.js';
import { Panel, Said, Select, TextField } from '../parts/ui.js';
import { isOperator } from '../permits.js';
import { useValue } from '../value.js';

const VERBS = ['subscribe', 'publish', 'history', 'presence', 'command', 'handle', 'admin'];

interface Answer {
  readonly allowed: boolean;
  readonly verb: string;
  readonly channel: string;
  readonly because?: string;
  readonly subject?: string;
}

/** What the caller's token permits; and whether it, or somebody else's, would permit something. */
export function Permissions() {
  const session = useSession();
  const caller = useValue(session.caller)!;
  return (
    <div class="columns">
      <Explainer />
      <Panel title="Your token">
        <dl class="facts">
          <div>
            <dt>Subject</dt>
            <dd class="mono">{caller.subject}</dd>
          </div>
          <div>
            <dt>Tenant</dt>
            <dd class="mono">{caller.tenant}</dd>
          </div>
          <div>
            <dt>Good until</dt>
            <dd>{moment(caller.expires_at)}</dd>
          </div>
        </dl>
        <p class="pad">
          {caller.permissions.length === 0
            ? 'It names no permissions. Everybody may subscribe to system and to user: with their own name.'
            : 'It permits:'}
        </p>
        <ul class="permissions" aria-label="Permissions">
          {caller.permissions.slice(0, 500).map((permission) => (
            <li key={permission}>{permission}</li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

function Explainer() {
  const session = useSession();
  const caller = useValue(session.caller);
  const names = useChannelNames();
  const doing = useDoing();
  const [verb, setVerb] = useState('subscribe');
  const [channel, setChannel] = useState('');
  const [subject, setSubject] = useState('');
  const [permissions, setPermissions] = useState('');
  const [roles, setRoles] = useState('');
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const ask = (event: Event) => {
    event.preventDefault();
    setAnswer(undefined);
    void doing.run(async () => {
      const found: Answer = await session.api.get('permissions', {
        verb,
        channel: channel.trim(),
        ...(subject && { subject, permission: list(permissions), role: list(roles) }),
      });
      setAnswer({ ...found, ...(subject && { subject }) });
    });
  };
  return (
    <Panel title="May I?">
      <form class="form" onSubmit={ask} autocomplete="off">
        <div class="pair">
          <Select label="To do what" value={verb} options={VERBS} onPick={setVerb} />
          <ChannelField
            label="In which channel or pattern"
            value={channel}
            names={names}
            placeholder="agent:42, or agent:*"
            onText={setChannel}
          />
        </div>
        {isOperator(caller) && (
          <details>
            <summary>Somebody else’s token</summary>
            <div class="form">
              <TextField label="Subject" class="mono" value={subject} placeholder="bob" onText={setSubject} />
              <TextField
                label="Permissions that it lists"
                class="mono"
                value={permissions}
                placeholder="subscribe:agent:*, history:agent:*"
                onText={setPermissions}
              />
              <TextField label="Roles that it lists" class="mono" value={roles} placeholder="operator" onText={setRoles} />
            </div>
          </details>
        )}
        <div class="actions start">
          <button class="primary" type="submit" disabled={doing.busy}>
            Ask
          </button>
        </div>
        <Said doing={doing} />
        <div role="status">{answer && <Verdict answer={answer} />}</div>
      </form>
    </Panel>
  );
}

function Verdict({ answer }: { readonly answer: Answer }) {
  const { allowed, verb, channel, because, subject } = answer;
  return (
    <p class={`answer ${allowed ? 'yes' : 'no'}`}>
      <b>{allowed ? 'Yes.' : 'No.'}</b> {subject ? `${subject} ${allowed ? 'may' : 'may not'}` : `You ${allowed ? 'may' : 'may not'}`}{' '}
      <span class="mono">{verb}</span> in <span class="mono">{channel}</span>
      {because === undefined ? (
        ': no permission covers it. A token needs one such as '
      ) : allowed ? (
        ', by the permission '
      ) : (
        ', although a permission covers it: '
      )}
      <span class="mono">{because ?? `${verb}:${channel}`}</span>.
    </p>
  );
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
