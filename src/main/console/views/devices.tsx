import type { Json, Message, State } from '@tidings/client';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { segment, type Page } from '../api.js';
import { useSession } from '../context.js';
import { Follower } from '../follower.js';
import { count, plural } from '../format.js';
import { useFrame } from '../frame.js';
import { isMembers, preview } from '../json.js';
import { useDoing, useLoad } from '../load.js';
import { Badge, Empty, Problem, Said, TextField } from '../parts/ui.js';
import { targetsIn } from '../permits.js';
import { link } from '../route.js';
import { useValue } from '../value.js';
import { words } from '../words.js';
import { Control, propertiesOf, type DeviceType } from './device-control.js';

const MOST_SHOWN = 60;

export interface Device {
  readonly device_id: string;
  readonly device_type: string | null;
  readonly state: State;
  readonly offset: number;
}

/** Devices as they are, with a control for whatever can be set. */
export function Devices() {
  const session = useSession();
  const caller = useValue(session.caller);
  const redraw = useFrame(50);
  const [find, setFind] = useState('');
  const [refused, refuse] = useState<string | undefined>(undefined);
  const [stale] = useState(() => new Map<string, string>());
  const types = useLoad(() => session.api.get<Page<DeviceType>>('device-types'), []);
  const { data, error, loading, reload, reloadSoon } = useLoad(() => session.api.all<Device>('devices'), [caller], 10_000);
  const devices = useMemo(() => new Map((data?.items ?? []).map((device) => [device.device_id, device])), [data]);
  const current = useCurrent(devices);
  useEffect(() => {
    const follower = new Follower(
      session.client,
      {
        message: (message) => {
          noteStaleness(stale, message);
          current.hear(message, reloadSoon);
          redraw();
        },
        gap: reloadSoon,
        reset: reloadSoon,
      },
      (target, problem) => refuse(`No changes of ${target}: ${words(problem)}`),
    );
    follower.follow(targetsIn(caller, 'device'), () => ({}));
    return () => follower.stop();
  }, [session.client, caller]);
  const all = [...current.devices.values()];
  const found = all.filter(({ device_id, device_type }) => `${device_id} ${device_type}`.includes(find));
  return (
    <>
      <div class="toolbar" role="search" aria-label="Which devices">
        <TextField label="Find" class="mono" type="search" value={find} placeholder="id or type" onText={setFind} />
        <p class="status-line">
          {find === '' ? plural(all.length, 'device') : `${count(found.length)} of ${count(all.length)}`}
          {found.length > MOST_SHOWN && `, the first ${MOST_SHOWN} are shown`}
          {data?.complete === false && ', and more than this page holds'}
        </p>
      </div>
      <Problem text={error ?? refused} again={reload} />
      {all.length === 0 && !loading && !error ? (
        <Empty title="No devices yet">
          <p>A device is there as soon as its channel has a state. For trying out, start the service with simulated ones:</p>
          <pre class="command">
            {'java -Dtidings.devices.drivers.floor.kind=simulated -Dtidings.devices.drivers.floor.model=motor \\\n'}
            {'  -Dtidings.devices.drivers.floor.devices=motor_01,motor_02 -jar target/quarkus-app/quarkus-run.jar'}
          </pre>
        </Empty>
      ) : (
        <div class="devices">
          {found.slice(0, MOST_SHOWN).map((device) => (
            <DeviceCard
              key={device.device_id}
              device={device}
              type={types.data?.items.find(({ name }) => name === device.device_type)}
              stale={stale.get(device.device_id)}
            />
          ))}
        </div>
      )}
    </>
  );
}

/** Devices as listed, and as changed by what came since. */
function useCurrent(listed: ReadonlyMap<string, Device>) {
  const [current] = useState(() => ({
    devices: new Map<string, Device>(),
    hear({ channel, event, offset, payload }: Message, unknown: () => void): void {
      const id = channel.slice(channel.indexOf(':') + 1);
      const device = this.devices.get(id);
      if (event === 'state.deleted') {
        this.devices.delete(id);
      } else if (event === 'state.changed' && isMembers(payload)) {
        if (!device) {
          unknown();
        } else if (offset > device.offset) {
          this.devices.set(id, { ...device, state: merge(device.state, payload['patch']) as State, offset });
        }
      }
    },
  }));
  useMemo(() => {
    for (const [id, device] of listed) {
      if (device.offset >= (current.devices.get(id)?.offset ?? 0)) {
        current.devices.set(id, device);
      }
    }
    [...current.devices.keys()].filter((id) => !listed.has(id)).forEach((id) => current.devices.delete(id));
    const sorted = [...current.devices].sort(([a], [b]) => a.localeCompare(b));
    current.devices = new Map(sorted);
  }, [listed]);
  return current;
}

/** RFC 7396. */
function merge(target: Json | undefined, patch: Json | undefined): Json {
  if (!isMembers(patch)) {
    return patch ?? null;
  }
  const result: Record<string, Json> = isMembers(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[name];
    } else {
      result[name] = merge(result[name], value);
    }
  }
  return result;
}

function noteStaleness(stale: Map<string, string>, { channel, event, payload }: Message): void {
  const id = channel.slice(channel.indexOf(':') + 1);
  if (event === 'state.stale') {
    stale.set(id, isMembers(payload) && typeof payload['reason'] === 'string' ? payload['reason'] : 'its source is silent');
  } else {
    stale.delete(id);
  }
}

function DeviceCard(props: {
  readonly device: Device;
  readonly type: DeviceType | undefined;
  readonly stale: string | undefined;
}) {
  const { device, type, stale } = props;
  const { api } = useSession();
  const doing = useDoing();
  const set = (name: string, value: Json) =>
    void doing.run(async () => {
      const { changed } = await api.post<{ changed: boolean }>(`devices/${segment(device.device_id)}`, { [name]: value });
      return changed ? '' : `${name} was ${preview(value)} already.`;
    });
  return (
    <section class="panel device" aria-label={device.device_id}>
      <div class="panel-head">
        <h2 class="mono">
          <a href={link('channels', `device:${device.device_id}`)}>{device.device_id}</a>
        </h2>
        {device.device_type && <Badge tone="quiet">{device.device_type}</Badge>}
        {stale !== undefined && <Badge tone="warn">{stale}</Badge>}
      </div>
      <div class="controls">
        {propertiesOf(device.state, type).map(([name, property]) => (
          <Control
            key={name}
            name={name}
            property={property}
            value={device.state[name]}
            disabled={doing.busy}
            onSet={(value) => set(name, value)}
          />
        ))}
      </div>
      <Said doing={doing} />
    </section>
  );
}
