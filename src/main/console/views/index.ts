import type { ComponentType } from 'preact';
import { Alerts } from './alerts.js';
import { Channels } from './channels.js';
import { Connections } from './connections.js';
import { Devices } from './devices.js';
import { Groups } from './groups.js';
import { Overview } from './overview.js';
import { Permissions } from './permissions.js';
import { Presence } from './presence.js';
import { Publish } from './publish.js';
import { Rules } from './rules.js';
import { Stream } from './stream.js';
import { Trends } from './trends.js';

/** A view of the console. To add one is to add a module here and a line below. */
export interface View {
  /** In the address: `#/id`. */
  readonly id: string;
  readonly title: string;
  readonly group: 'Watch' | 'Operate' | 'Try';
  readonly component: ComponentType;
}

export const VIEWS: readonly View[] = [
  { id: 'overview', title: 'Overview', group: 'Watch', component: Overview },
  { id: 'stream', title: 'Events', group: 'Watch', component: Stream },
  { id: 'channels', title: 'Channels', group: 'Watch', component: Channels },
  { id: 'trends', title: 'Trends', group: 'Watch', component: Trends },
  { id: 'devices', title: 'Devices', group: 'Operate', component: Devices },
  { id: 'groups', title: 'Groups', group: 'Operate', component: Groups },
  { id: 'alerts', title: 'Alerts', group: 'Operate', component: Alerts },
  { id: 'rules', title: 'Alert rules', group: 'Operate', component: Rules },
  { id: 'connections', title: 'Connections', group: 'Operate', component: Connections },
  { id: 'publish', title: 'Publish', group: 'Try', component: Publish },
  { id: 'presence', title: 'Presence', group: 'Try', component: Presence },
  { id: 'permissions', title: 'Permissions', group: 'Try', component: Permissions },
];
