import type { Condition, Json } from '@tidings/client';
import { useState } from 'preact/hooks';
import { segment } from '../api.js';
import { useSession } from '../context.js';
import { clock, count, plural } from '../format.js';
import { leaves, parse, preview, pretty } from '../json.js';
import { useDoing, useLoad } from '../load.js';
import { ChannelField, useChannelNames } from '../parts/channel-field.js';
import { ConditionBuilder, conditionOf, draftOf, NEW_ROW, NO_ROWS, type Draft } from '../parts/filter.js';
import { Badge, Confirm, Empty, Panel, Problem, Said, Select, TextArea, TextField } from '../parts/ui.js';
import { covers } from '../permits.js';
import { go, link, route } from '../route.js';
import { useValue } from '../value.js';
import { stateOf } from './channels.js';

interface Rule {
  readonly id: string;
  readonly pattern: string;
  readonly condition: Condition;
  readonly clear?: Condition;
  readonly for: string;
  readonly severity: string;
  readonly webhook?: { readonly url: string; readonly signed: boolean };
}

interface Finding {
  readonly event: string;
  readonly channel: string;
  readonly timestamp: number;
  readonly value: Json;
}

interface Findings {
  readonly items: readonly Finding[];
  readonly channels: number;
  readonly events: number;
  readonly complete: boolean;
}

/** Alert rules: what they say, changing them, and what they would have told. */
export function Rules() {
  const { api } = useSession();
  const { rest } = useValue(route);
  const { data, error, loading, reload } = useLoad(() => api.all<Rule>('alerts/rules'), [api], 10_000);
  const rules = data?.items ?? [];
  const chosen = rules.find(({ id }) => id === rest);
  const isNew = rest === '' || rest === 'new';
  return (
    <>
      <Problem text={error} again={reload} />
      <div class="master rules">
        <Panel title="Rules" class="list" note={data && plural(rules.length, 'rule')}>
          {rules.length === 0 && !loading && !error && (
            <p class="quiet pad">There is none yet. A rule looks at every event of its channels, and raises an alert when its condition holds.</p>
          )}
          <ul class="names">
            {rules.map(({ id, pattern, severity }) => (
              <li key={id}>
                <a href={link('rules', id)} aria-current={id === rest ? 'true' : undefined}>
                  <span class="name">{id}</span>
                  <span class="quiet mono">{pattern}</span>
                  <Badge tone={severity === 'critical' ? 'bad' : severity === 'warning' ? 'warn' : 'quiet'}>{severity}</Badge>
                </a>
              </li>
            ))}
          </ul>
          <p class="pad">
            <a class="button small" href={link('rules', 'new')}>
              New rule
            </a>
          </p>
        </Panel>
        {chosen || isNew ? (
          <Editor key={chosen?.id ?? 'new'} rule={chosen} onDone={reload} />
        ) : (
          !loading && <Empty title={`There is no rule “${rest}”`} />
        )}
      </div>
    </>
  );
}

/** A condition in the making: rows, or text where rows cannot show it. */
interface Part {
  readonly draft: Draft | undefined;
  readonly text: string;
}

function partOf(condition: Condition | undefined): Part {
  return { draft: draftOf(condition), text: condition ? pretty(condition) : '' };
}

function read(part: Part, what: string): Condition | undefined {
  return part.draft ? conditionOf(part.draft) : (parse(part.text, what) as unknown as Condition);
}

function Editor({ rule, onDone }: { readonly rule: Rule | undefined; onDone(): void }) {
  const { api } = useSession();
  const names = useChannelNames();
  const saving = useDoing();
  const testing = useDoing();
  const [id, setId] = useState(rule?.id ?? '');
  const [pattern, setPattern] = useState(rule?.pattern ?? '');
  const [when, setWhen] = useState<Part>(() =>
    rule ? partOf(rule.condition) : { draft: { ...NO_ROWS, rows: [{ ...NEW_ROW, field: '/payload/patch/', op: 'gt' }] }, text: '' },
  );
  const [clear, setClear] = useState<Part>(() => partOf(rule?.clear));
  const [seconds, setSeconds] = useState(String(secondsOf(rule?.for ?? 'PT0S')));
  const [severity, setSeverity] = useState(rule?.severity ?? 'warning');
  const [webhook, setWebhook] = useState(rule?.webhook?.url ?? '');
  const [secret, setSecret] = useState('');
  const [findings, setFindings] = useState<Findings | undefined>(undefined);
  const fields = useFields(pattern, names);

  const body = (): Json => {
    if (pattern.trim() === '') {
      throw new Error('Say which channels it is about, such as oven:*.');
    }
    const condition = read(when, 'The condition');
    if (condition === undefined) {
      throw new Error('Say what has to hold: a field such as /payload/patch/temperature, an operator and a value.');
    }
    if (!(Number(seconds) >= 0)) {
      throw new Error('How long it must hold is a number of seconds, 0 for at once.');
    }
    const cleared = clear.draft || clear.text.trim() ? read(clear, 'The clear condition') : undefined;
    return JSON.parse(
      JSON.stringify({
        pattern: pattern.trim(),
        condition,
        clear: cleared,
        for: `PT${Number(seconds)}S`,
        severity,
        webhook: webhook.trim() ? (secret ? { url: webhook.trim(), secret } : webhook.trim()) : undefined,
      }),
    ) as Json;
  };
  const save = (event: Event) => {
    event.preventDefault();
    void saving.run(async () => {
      if (rule?.webhook?.signed && webhook.trim() && !secret) {
        throw new Error('Give the webhook’s secret again: it is not shown, and would be lost.');
      }
      await api.put(`alerts/rules/${segment(id.trim() || needId())}`, body());
      onDone();
      go(link('rules', id.trim()));
      return 'Saved. It looks at what comes from now on.';
    });
  };
  const test = () =>
    void testing.run(async () => {
      setFindings(undefined);
      setFindings(await api.post<Findings>(`alerts/rules/${segment(id.trim() || 'draft')}/test`, body()));
    });
  const remove = () =>
    void saving.run(async () => {
      await api.delete(`alerts/rules/${segment(rule!.id)}`);
      onDone();
      go(link('rules'));
    });
  return (
    <div class="stack">
      <Panel title={rule ? rule.id : 'New rule'}>
        <form class="form" onSubmit={save} autocomplete="off">
          <div class="pair">
            {!rule && <TextField label="Name" class="mono" required value={id} placeholder="too-hot" onText={setId} />}
            <ChannelField label="Channels" value={pattern} names={names} placeholder="oven:*" onText={setPattern} />
          </div>
          <h3>Raised when</h3>
          <PartEditor label="Condition" part={when} fields={fields} onPart={setWhen} />
          <div class="pair">
            <TextField
              label="For at least, in seconds"
              inputMode="decimal"
              value={seconds}
              hint="0 raises it at once."
              onText={setSeconds}
            />
            <Select label="Severity" value={severity} options={['info', 'warning', 'critical']} onPick={setSeverity} />
          </div>
          <h3>Cleared when</h3>
          <PartEditor label="Clear condition" part={clear} fields={fields} onPart={setClear} />
          {clear.draft?.rows.length === 0 && <p class="hint">Without a condition of its own it clears when the one above does not hold any more.</p>}
          <details open={webhook !== ''}>
            <summary>Webhook</summary>
            <div class="pair form">
              <TextField label="URL" class="mono" value={webhook} placeholder="https://ops.example/alerts" onText={setWebhook} />
              <TextField
                label="Secret"
                class="mono"
                value={secret}
                hint="16 to 256 characters; signs what is sent, and is not shown again."
                onText={setSecret}
              />
            </div>
          </details>
          <div class="actions start">
            <button class="primary" type="submit" disabled={saving.busy}>
              Save
            </button>
            <button type="button" disabled={testing.busy} onClick={test}>
              {testing.busy ? 'Looking …' : 'Dry run'}
            </button>
            {rule && <Confirm label="Delete rule" sure="Really delete?" onSure={remove} />}
          </div>
          <Said doing={saving} />
          <Said doing={testing} />
        </form>
      </Panel>
      {findings && <Found findings={findings} />}
    </div>
  );
}

function needId(): never {
  throw new Error('Give the rule a name, such as too-hot.');
}

function PartEditor(props: { readonly label: string; readonly part: Part; readonly fields: readonly string[]; onPart(part: Part): void }) {
  const { part, onPart } = props;
  return part.draft ? (
    <ConditionBuilder draft={part.draft} fields={props.fields} add="Add condition" onDraft={(draft) => onPart({ ...part, draft })} />
  ) : (
    <TextArea
      label={`${props.label}, as JSON`}
      hint="It is nested, and so shown as it is written."
      value={part.text}
      rows={8}
      onText={(text) => onPart({ ...part, text })}
    />
  );
}

/** What the channels of a pattern have in their states, as a change of state would have it. */
function useFields(pattern: string, names: readonly string[]): string[] {
  const { client } = useSession();
  const channel = names.find((name) => pattern !== '' && covers(pattern, name));
  const { data } = useLoad(async () => (channel === undefined ? undefined : stateOf(client, channel)), [channel]);
  return leaves(data).map(([path]) => `/payload/patch${path}`);
}

/** What a dry run found. */
function Found({ findings }: { readonly findings: Findings }) {
  const { items, channels, events, complete } = findings;
  const raised = items.filter(({ event }) => event === 'alert.raised').length;
  return (
    <Panel title="Dry run">
      <p class="pad" role="status">
        {raised === 0 ? 'It would have raised nothing' : `It would have raised ${plural(raised, 'alert')}`} in what is retained:{' '}
        {plural(events, 'event')} of {plural(channels, 'channel')}
        {complete ? '.' : ', which is not all there is.'} Nothing was told or sent.
      </p>
      {items.length > 0 && (
        <table class="cards">
          <tbody>
            {items.slice(0, 100).map((item, i) => (
              <tr key={i}>
                <td data-label="At">{clock(item.timestamp)}</td>
                <td data-label="Event">
                  <Badge tone={item.event === 'alert.raised' ? 'bad' : 'good'}>{item.event.replace('alert.', '')}</Badge>
                </td>
                <td data-label="Channel" class="mono">
                  {item.channel}
                </td>
                <td data-label="Value" class="number mono">
                  {preview(item.value, 60)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {items.length > 100 && <p class="quiet pad">and {count(items.length - 100)} more</p>}
    </Panel>
  );
}

/** Of an ISO 8601 duration of days at most. */
function secondsOf(text: string): number {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?$/.exec(text) ?? [];
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
