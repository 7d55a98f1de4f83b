import type { Member } from '@tidings/client';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../context.js';
import { ago, count, plural } from '../format.js';
import { useFrame } from '../frame.js';
import { preview } from '../json.js';
import { useLoad } from '../load.js';
import { ChannelField, useChannelNames } from '../parts/channel-field.js';
import { Badge, Empty, Problem } from '../parts/ui.js';
import { go, link, route } from '../route.js';
import { useValue } from '../value.js';
import { words } from '../words.js';

const EVERY_MS = 2000;

/** Who is in a channel. */
export function Presence() {
  const { rest } = useValue(route);
  const names = useChannelNames();
  const [channel, setChannel] = useState(rest);
  useEffect(() => setChannel(rest), [rest]);
  return (
    <>
      <form
        class="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          go(link('presence', channel.trim()));
        }}
      >
        <ChannelField value={channel} names={names} placeholder="room:1" onText={setChannel} />
        <button class="primary" type="submit">
          Show
        </button>
      </form>
      {rest === '' ? (
        <Empty title="Who is in a channel?">
          <p>Present are those who subscribed with presence. Name a channel to see them come and go.</p>
        </Empty>
      ) : (
        <Members key={rest} channel={rest} />
      )}
    </>
  );
}

function Members({ channel }: { readonly channel: string }) {
  const { client } = useSession();
  const redraw = useFrame();
  const [joined, join] = useState(false);
  const [refused, refuse] = useState<string | undefined>(undefined);
  const [told] = useState<{ text: string; at: number }[]>(() => []);
  const { data, error, reload, reloadSoon } = useLoad(() => client.presence(channel, { limit: 200 }), [channel, joined], EVERY_MS);
  useEffect(() => {
    if (!joined) {
      return undefined;
    }
    const tell = (text: string) => {
      told.unshift({ text, at: Date.now() });
      told.length = Math.min(told.length, 50);
      reloadSoon();
      redraw();
    };
    const subscription = client.subscribe(
      channel,
      { presence: true },
      {
        joined: ({ subject }) => tell(`${subject} came`),
        left: ({ subject }) => tell(`${subject} left`),
        error: (problem) => {
          refuse(words(problem));
          join(false);
        },
      },
    );
    void subscription.ready.then(reload, () => {});
    return () => subscription.unsubscribe();
  }, [joined, channel]);
  return (
    <>
      <Problem text={refused ?? error} again={reload} />
      <div class="stack">
        <section class="panel" aria-label="Members">
          <div class="panel-head">
            <h2>{data ? plural(data.count, 'member') : 'Asking …'}</h2>
            <div class="actions">
              <label class="check">
                <input
                  type="checkbox"
                  role="switch"
                  checked={joined}
                  onChange={(event) => {
                    refuse(undefined);
                    join(event.currentTarget.checked);
                  }}
                />
                Be present yourself
              </label>
            </div>
          </div>
          {data?.members.length === 0 ? (
            <p class="quiet pad">Nobody is here. Whoever subscribes with presence appears within two seconds.</p>
          ) : (
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">Subject</th>
                  <th scope="col">Since</th>
                  <th scope="col">Info</th>
                  <th scope="col">Connection</th>
                </tr>
              </thead>
              <tbody>
                {data?.members.map((member: Member) => (
                  <tr key={member.connection}>
                    <td data-label="Subject">
                      <b>{member.subject}</b>
                    </td>
                    <td data-label="Since">{ago(member.since)}</td>
                    <td data-label="Info" class="mono">
                      {member.info === undefined ? '–' : preview(member.info, 100)}
                    </td>
                    <td data-label="Connection" class="mono quiet">
                      {member.connection}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {data?.next !== undefined && <p class="quiet pad">and {count(data.count - data.members.length)} more</p>}
        </section>
        {joined && (
          <section class="panel" aria-label="Comings and goings">
            <div class="panel-head">
              <h2>Comings and goings</h2>
              <Badge tone="good">you are present</Badge>
            </div>
            {told.length === 0 ? (
              <p class="quiet pad">Nobody has come or gone since.</p>
            ) : (
              <ol class="names">
                {told.map(({ text, at }, i) => (
                  <li key={`${at}${i}`} class="pad">
                    {text} <span class="quiet">{ago(at)}</span>
                  </li>
                ))}
              </ol>
            )}
          </section>
        )}
      </div>
    </>
  );
}
