import { useState } from 'preact/hooks';
import { segment } from '../api.js';
import { useSession } from '../context.js';
import { bytes, count, duration, moment, plural } from '../format.js';
import { useDoing, useLoad } from '../load.js';
import { Badge, Confirm, Empty, Problem, Said, TextField } from '../parts/ui.js';
import { isOperator } from '../permits.js';
import { useValue } from '../value.js';

const EVERY_MS = 3000;
const MOST = 200;

interface Item {
  readonly connection: string;
  readonly subject: string;
  readonly transport: string;
  readonly since: number;
  readonly subscriptions: number;
  readonly queued_bytes: number;
  readonly lag: number;
}

interface Listing {
  readonly items: readonly Item[];
  readonly next?: string;
  readonly incomplete: boolean;
}

/** Who is connected to the tenant, on all instances; operators may send them away. */
export function Connections() {
  const session = useSession();
  const caller = useValue(session.caller);
  return isOperator(caller) ? (
    <Listed />
  ) : (
    <Empty title="This is for operators">
      <p>
        Connections are shown to those whose token permits <span class="mono">admin:*</span>. Yours does not: ask whoever issues
        tokens.
      </p>
    </Empty>
  );
}

function Listed() {
  const { api } = useSession();
  const doing = useDoing();
  const [subject, setSubject] = useState('');
  const [behind, setBehind] = useState(false);
  const query = { limit: MOST, subject: subject.trim() || undefined, behind: behind || undefined };
  const { data, error, reload } = useLoad(() => api.get<Listing>('connections', query), [subject, behind], EVERY_MS);
  const items = data?.items ?? [];
  const end = (what: Promise<unknown>, who: string) =>
    void doing.run(async () => {
      await what;
      reload();
      return `${who} was disconnected. To keep it out, revoke its tokens, too.`;
    });
  const all = (who: string) =>
    void doing.run(async () => {
      const { disconnected } = await api.post<{ disconnected: number }>(`subjects/${segment(who)}/disconnect`);
      reload();
      return `${plural(disconnected, 'connection')} of ${who} ended.`;
    });
  return (
    <>
      <div class="toolbar" role="search" aria-label="Which connections">
        <TextField label="Subject" class="mono" type="search" value={subject} placeholder="any" onText={setSubject} />
        <label class="check">
          <input type="checkbox" checked={behind} onChange={(event) => setBehind(event.currentTarget.checked)} />
          only those that lag behind
        </label>
        {subject.trim() !== '' && items.length > 0 && (
          <div class="actions">
            <Confirm label={`Disconnect all of ${subject.trim()}`} sure="Really all?" onSure={() => all(subject.trim())} />
          </div>
        )}
      </div>
      <Problem text={error} again={reload} />
      {data?.incomplete && <p class="said warn">An instance did not answer: its connections are missing here.</p>}
      <Said doing={doing} />
      {data && items.length === 0 ? (
        <Empty title="None">
          <p>{behind ? 'No connection lags behind.' : 'Nobody with that name is connected.'}</p>
        </Empty>
      ) : (
        <div class="panel scroll">
          <p class="status-line pad" style={{ paddingTop: 12 }}>
            {data ? `${plural(items.length, 'connection')}${data.next === undefined ? '' : ', and more: ask for a subject'}` : 'Asking …'}
          </p>
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">Subject</th>
                <th scope="col">By</th>
                <th scope="col">Open since</th>
                <th scope="col" class="number">
                  Subscriptions
                </th>
                <th scope="col" class="number">
                  Waiting
                </th>
                <th scope="col" class="number">
                  Lag
                </th>
                <th scope="col">
                  <span class="quiet">Connection</span>
                </th>
                <th />
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.connection}>
                  <td data-label="Subject">
                    <b>{item.subject}</b>
                  </td>
                  <td data-label="By">{item.transport.replace('_', ' ')}</td>
                  <td data-label="Open since" title={moment(item.since)}>
                    {duration(Math.max(1000, Date.now() - item.since))}
                  </td>
                  <td data-label="Subscriptions" class="number">
                    {count(item.subscriptions)}
                  </td>
                  <td data-label="Waiting" class="number">
                    {bytes(item.queued_bytes)}
                  </td>
                  <td data-label="Lag" class="number">
                    {item.lag > 0 ? <Badge tone="warn">{count(item.lag)}</Badge> : '0'}
                  </td>
                  <td data-label="Connection" class="mono quiet">
                    {item.connection}
                  </td>
                  <td>
                    <Confirm
                      label="Disconnect"
                      sure="Really?"
                      describe={`${item.subject}, ${item.connection}`}
                      onSure={() => end(api.delete(`connections/${segment(item.connection)}`), item.subject)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
