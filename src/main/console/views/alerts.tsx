import type { Json, Message } from '@tidings/client';
import { useEffect, useState } from 'preact/hooks';
import { segment } from '../api.js';
import { useSession } from '../context.js';
import { Follower } from '../follower.js';
import { ago, clock, moment, plural } from '../format.js';
import { useFrame, useTick } from '../frame.js';
import { isMembers, preview } from '../json.js';
import { useDoing, useLoad } from '../load.js';
import { Badge, Choice, Empty, Panel, Problem, Said, type Tone } from '../parts/ui.js';
import { targetsIn } from '../permits.js';
import { link } from '../route.js';
import { useValue } from '../value.js';
import { words } from '../words.js';

const EVERY_MS = 10_000;
const MOST_TOLD = 100;

interface Alert {
  readonly rule: string;
  readonly channel: string;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly since: number;
  readonly raised_at: number;
  readonly acknowledged: boolean;
  readonly value: Json;
}

const TONES: Readonly<Record<Alert['severity'], Tone>> = { info: 'quiet', warning: 'warn', critical: 'bad' };
const RANK: Readonly<Record<Alert['severity'], number>> = { critical: 0, warning: 1, info: 2 };

/** Alerts that are raised, and what rules told lately. */
export function Alerts() {
  const session = useSession();
  const caller = useValue(session.caller);
  const redraw = useFrame();
  useTick(5000);
  const doing = useDoing();
  const [which, setWhich] = useState('all');
  const [refused, refuse] = useState<string | undefined>(undefined);
  const [told] = useState<Message[]>(() => []);
  const { data, error, loading, reload, reloadSoon } = useLoad(() => session.api.all<Alert>('alerts'), [caller], EVERY_MS);
  useEffect(() => {
    const follower = new Follower(
      session.client,
      {
        message: (message) => {
          told.unshift(message);
          told.sort((a, b) => b.timestamp - a.timestamp).length = Math.min(told.length, MOST_TOLD);
          reloadSoon();
          redraw();
        },
        gap: reloadSoon,
        reset: reloadSoon,
      },
      (target, problem) => refuse(`No news of ${target}: ${words(problem)}`),
    );
    follower.follow(targetsIn(caller, 'alert'), () => ({ since: { last: 20 } }));
    return () => {
      follower.stop();
      told.length = 0;
    };
  }, [session.client, caller]);
  const acknowledge = ({ rule, channel }: Alert) =>
    void doing.run(async () => {
      await session.api.post(`alerts/rules/${segment(rule)}/acknowledge`, { channel });
      reload();
      return `Noted: ${rule} in ${channel}.`;
    });
  const alerts = (data?.items ?? [])
    .filter(({ acknowledged }) => which === 'all' || acknowledged === (which === 'acknowledged'))
    .sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.raised_at - a.raised_at);
  return (
    <>
      <div class="toolbar">
        <Choice
          label="Which alerts"
          value={which}
          options={[
            ['all', 'All'],
            ['open', 'Not acknowledged'],
            ['acknowledged', 'Acknowledged'],
          ]}
          onPick={setWhich}
        />
        <div class="actions">
          <a class="button" href={link('rules')}>
            Rules
          </a>
        </div>
      </div>
      <Problem text={error ?? refused} again={reload} />
      <Said doing={doing} />
      {alerts.length === 0 && !loading && !error ? (
        <Empty title={which === 'all' ? 'No alert is raised' : 'None of these'}>
          <p>
            A <a href={link('rules')}>rule</a> raises one when its condition holds in a channel. It appears here at once.
          </p>
        </Empty>
      ) : (
        <div class="panel scroll">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">Rule</th>
                <th scope="col">Channel</th>
                <th scope="col" class="number">
                  Value
                </th>
                <th scope="col">Raised</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {alerts.map((alert) => (
                <tr key={`${alert.rule}/${alert.channel}`}>
                  <td data-label="Severity">
                    <Badge tone={TONES[alert.severity]}>{alert.severity}</Badge>
                  </td>
                  <td data-label="Rule">
                    <a href={link('rules', alert.rule)}>{alert.rule}</a>
                  </td>
                  <td data-label="Channel" class="mono">
                    <a href={link('channels', alert.channel)}>{alert.channel}</a>
                  </td>
                  <td data-label="Value" class="number mono">
                    {preview(alert.value, 60)}
                  </td>
                  <td data-label="Raised" title={moment(alert.raised_at)}>
                    {ago(alert.raised_at)}
                  </td>
                  <td class="number">
                    {alert.acknowledged ? (
                      <Badge tone="good">acknowledged</Badge>
                    ) : (
                      <button
                        type="button"
                        class="small"
                        aria-label={`Acknowledge ${alert.rule} in ${alert.channel}`}
                        disabled={doing.busy}
                        onClick={() => acknowledge(alert)}
                      >
                        Acknowledge
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {told.length > 0 && (
        <Panel title="What rules told" note={plural(told.length, 'event')}>
          <table class="cards">
            <tbody>
              {told.map((message) => (
                <tr key={message.id}>
                  <td data-label="At">{clock(message.timestamp)}</td>
                  <td data-label="Event">
                    <Badge tone={toneOf(message.event)}>{message.event.replace('alert.', '')}</Badge>
                  </td>
                  <td data-label="Rule">{message.channel.replace('alert:', '')}</td>
                  <td data-label="Of" class="mono">
                    {isMembers(message.payload) ? `${String(message.payload['channel'])} ${preview(message.payload['value'], 60)}` : ''}
                  </td>
                  <td class="quiet">{isMembers(message.payload) ? String(message.payload['by'] ?? message.payload['reason'] ?? '') : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
    </>
  );
}

function toneOf(event: string): Tone {
  return event === 'alert.raised' ? 'bad' : event === 'alert.cleared' ? 'good' : event === 'alert.undelivered' ? 'warn' : 'quiet';
}
