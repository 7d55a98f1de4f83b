/** Anything JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };
/** A state: one JSON object. */
export type State = { readonly [member: string]: Json };

/** A frame's content, in either direction. */
export interface Envelope {
  readonly type: string;
  readonly id?: string;
  readonly channel?: string;
  readonly payload?: unknown;
  readonly [member: string]: unknown;
}

/** A place to begin after. An empty object is "from now on". */
export type Since =
  | { readonly epoch: string; readonly offset: number }
  | { readonly cursor: string }
  | { readonly timestamp: number }
  | { readonly last: number }
  | { readonly [member: string]: never };

/** A leaf of a condition: `field` is a JSON Pointer into the event, such as `/payload/status`. */
export interface Leaf {
  readonly field: string;
  readonly op: 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'in' | 'nin' | 'exists' | 'prefix' | 'suffix' | 'contains';
  readonly value?: Json;
}
export type Condition =
  | Leaf
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** Which events are wanted: globs of their types, and a condition on what is in them. */
export interface Filter {
  readonly events?: readonly string[];
  readonly where?: Condition;
}

export interface SubscribeOptions {
  readonly filter?: Filter;
  /** Where to begin the first time; later the subscription resumes where it was. */
  readonly since?: Since;
  /** Keep a local copy of the state of each channel. A filter must let `state.changed` pass then. */
  readonly state?: boolean;
  /** Let the service put changes of state together while this connection is slow. */
  readonly conflate?: boolean;
  /** The name under which the service keeps what was acknowledged by `ack`. */
  readonly durable?: string;
  /** Be present in the channel, and be told who else comes and goes. */
  readonly presence?: boolean;
}

/** An event. */
export interface Message {
  readonly type: 'message';
  readonly channel: string;
  /** Its type, such as `agent.started`. */
  readonly event: string;
  readonly id: string;
  /** Its place in its channel: 1, 2, 3 … */
  readonly offset: number;
  /** In ms since the epoch. */
  readonly timestamp: number;
  readonly payload: Json;
  /** The id of the command, event or alert that led to it. */
  readonly cause?: string;
  /** How many events it stands for besides itself. */
  readonly conflated?: number;
}

/** These offsets will not come; `history` may still have them. */
export interface Gap {
  readonly type: 'gap';
  readonly channel: string;
  readonly from: number;
  readonly to: number;
}

/** Not everything since the last place can be had: what was derived from events is stale. */
export interface Reset {
  readonly type: 'reset';
  readonly channel: string;
  readonly epoch?: string;
  readonly offset?: number;
  readonly cursor?: string;
}

/** The local copy of a state was replaced; null says that there is none. */
export interface StateReplaced {
  readonly type: 'state';
  readonly channel: string;
  readonly data: State | null;
  readonly offset: number;
}

export interface Member {
  readonly connection: string;
  readonly subject: string;
  readonly since: number;
  readonly info?: Json;
}

/** Another connection came or went. */
export interface PresenceChange extends Member {
  readonly type: 'joined' | 'left';
  readonly channel: string;
}

/** What a subscription tells, in order. */
export type Item = Message | Gap | Reset | StateReplaced | PresenceChange;

/** The service's confirmation of a subscription. */
export interface Subscribed {
  readonly epoch?: string;
  readonly offset?: number;
  readonly cursor?: string;
  readonly recovered: boolean;
  readonly replayed: number;
  readonly state?: { readonly data: State; readonly offset: number };
}

export interface PublishOptions {
  /** The idempotency key; one is made up unless given. */
  readonly eventId?: string;
  readonly cause?: string;
}

/** Where an event was stored. */
export interface Published {
  readonly offset: number;
  readonly epoch: string;
  /** Absent where a write of state changed nothing. */
  readonly event_id?: string;
  readonly timestamp: number;
}

export interface HistoryOptions {
  readonly since?: Since;
  readonly before?: { readonly epoch: string; readonly offset: number } | { readonly timestamp: number };
  readonly limit?: number;
  readonly reverse?: boolean;
  readonly events?: readonly string[];
}

export interface History {
  readonly events: readonly Message[];
  readonly epoch: string;
  readonly offset: number;
  /** False when something that was asked for is not there. */
  readonly complete: boolean;
}

export interface ChannelState {
  readonly channel: string;
  readonly data: State;
  readonly offset: number;
  readonly epoch: string;
  readonly timestamp: number;
}

export interface Presence {
  readonly members: readonly Member[];
  readonly count: number;
  readonly next?: string;
}

/** What became of a command. After `timeout` it may have been carried out or not. */
export interface CommandResponse {
  readonly command: string;
  readonly status: 'ok' | 'error' | 'timeout';
  readonly result?: Json;
  readonly error?: Json;
}

/** A command that is to be carried out. */
export interface Command {
  readonly id: string;
  readonly channel: string;
  readonly name: string;
  readonly args: Json;
  /** The subject who wants it. */
  readonly from: string;
}

/** Carries out a command and answers with its result; what it throws is the command's error. */
export type CommandHandler = (command: Command) => Json | void | Promise<Json | void>;
