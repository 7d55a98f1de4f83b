import type { Json } from '@tidings/client';
import { useState } from 'preact/hooks';
import { segment } from '../api.js';
import { useSession } from '../context.js';
import { plural } from '../format.js';
import { isMembers, parse } from '../json.js';
import { useDoing, useLoad } from '../load.js';
import { Badge, Confirm, Empty, Panel, Problem, Said, TextArea, TextField } from '../parts/ui.js';
import { go, link, route } from '../route.js';
import { useValue } from '../value.js';
import type { Device } from './devices.js';

const EVERY_MS = 5000;

interface Group {
  readonly id: string;
  readonly members: readonly string[];
}

interface Result {
  readonly status: 'ok' | 'error' | 'timeout';
  readonly changed?: boolean;
  readonly message?: string;
}

/** Groups of devices, who is in them, and changing all at once. */
export function Groups() {
  const { api } = useSession();
  const { rest } = useValue(route);
  const { data, error, loading, reload } = useLoad(() => api.all<Group>('groups'), [api], EVERY_MS);
  const groups = data?.items ?? [];
  const chosen = groups.find(({ id }) => id === rest);
  const isNew = rest === '' || rest === 'new';
  return (
    <>
      <Problem text={error} again={reload} />
      <div class="columns">
        <Panel title="Groups" note={data && plural(groups.length, 'group')}>
          {groups.length === 0 && !loading && !error && (
            <p class="quiet pad">There is none yet. Put devices together to change them all at once.</p>
          )}
          <ul class="names">
            {groups.map(({ id, members }) => (
              <li key={id}>
                <a href={link('groups', id)} aria-current={id === rest ? 'true' : undefined}>
                  <span class="name">{id}</span>
                  <span class="number minor">{plural(members.length, 'device')}</span>
                </a>
              </li>
            ))}
          </ul>
          <p class="pad">
            <a class="button small" href={link('groups', 'new')}>
              New group
            </a>
          </p>
        </Panel>
        <div class="stack">
          {chosen && <ChangeAll key={chosen.id} group={chosen} />}
          {chosen || isNew ? (
            <Membership key={chosen?.id ?? 'new'} group={chosen} onDone={reload} />
          ) : (
            !loading && <Empty title={`There is no group “${rest}”`} />
          )}
        </div>
      </div>
    </>
  );
}

function ChangeAll({ group }: { readonly group: Group }) {
  const { api } = useSession();
  const doing = useDoing();
  const [change, setChange] = useState('{ "on": true }');
  const [results, setResults] = useState<[string, Result][]>([]);
  const send = (event: Event) => {
    event.preventDefault();
    setResults([]);
    void doing.run(async () => {
      const body = parse(change, 'The change');
      if (!isMembers(body)) {
        throw new Error('A change is an object: begin with { and end with }.');
      }
      const answer = await api.post<{ results: Record<string, Result> }>(`groups/${segment(group.id)}`, body as Json);
      const found = Object.entries(answer.results);
      setResults(found);
      const failed = found.filter(([, { status }]) => status !== 'ok').length;
      if (failed > 0) {
        throw new Error(`${failed} of ${plural(found.length, 'device')} did not change; each says why below.`);
      }
      return `Done by ${found.length === 1 ? 'its device' : `all ${found.length} devices`}.`;
    });
  };
  return (
    <Panel title={`Change all of ${group.id}`}>
      <form class="form" onSubmit={send} autocomplete="off">
        <TextArea label="Change, as JSON" value={change} rows={3} onText={setChange} />
        <div class="actions start">
          <button class="primary" type="submit" disabled={doing.busy}>
            Change {plural(group.members.length, 'device')}
          </button>
        </div>
        <Said doing={doing} />
      </form>
      {results.length > 0 && (
        <table>
          <tbody>
            {results.map(([id, { status, changed, message }]) => (
              <tr key={id}>
                <td class="mono">{id}</td>
                <td>
                  <Badge tone={status === 'ok' ? 'good' : 'bad'}>
                    {status === 'ok' ? (changed ? 'changed' : 'was so already') : status}
                  </Badge>{' '}
                  {message}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Membership({ group, onDone }: { readonly group: Group | undefined; onDone(): void }) {
  const { api } = useSession();
  const doing = useDoing();
  const [id, setId] = useState(group?.id ?? '');
  const [members, setMembers] = useState<ReadonlySet<string>>(new Set(group?.members));
  const devices = useLoad(() => api.all<Device>('devices'), [api]);
  // A device that is gone stays a member until it is taken out.
  const ids = [...new Set([...(devices.data?.items ?? []).map(({ device_id }) => device_id), ...members])].sort();
  const save = (event: Event) => {
    event.preventDefault();
    void doing.run(async () => {
      if (id.trim() === '') {
        throw new Error('Give the group a name, such as hall.');
      }
      await api.put(`groups/${segment(id.trim())}`, { members: [...members] });
      onDone();
      go(link('groups', id.trim()));
      return `Saved: ${plural(members.size, 'device')}.`;
    });
  };
  const remove = () =>
    void doing.run(async () => {
      await api.delete(`groups/${segment(group!.id)}`);
      onDone();
      go(link('groups'));
    });
  const toggle = (each: string, isIn: boolean) => {
    const next = new Set(members);
    isIn ? next.add(each) : next.delete(each);
    setMembers(next);
  };
  return (
    <Panel title={group ? `Who is in ${group.id}` : 'New group'}>
      <form class="form" onSubmit={save} autocomplete="off">
        {!group && <TextField label="Name" class="mono" required value={id} placeholder="hall" onText={setId} />}
        <fieldset class="members" aria-label="Devices">
          {ids.map((each) => (
            <label class="check mono" key={each}>
              <input type="checkbox" checked={members.has(each)} onChange={(event) => toggle(each, event.currentTarget.checked)} />
              {each}
            </label>
          ))}
          {ids.length === 0 && <p class="quiet">There are no devices to put in.</p>}
        </fieldset>
        <div class="actions start">
          <button class="primary" type="submit" disabled={doing.busy}>
            Save
          </button>
          {group && <Confirm label="Delete group" sure="Really delete?" onSure={remove} />}
        </div>
        <Said doing={doing} />
      </form>
    </Panel>
  );
}
