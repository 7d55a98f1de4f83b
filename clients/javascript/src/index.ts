export type { Retry } from './backoff.js';
export { createClient, TidingsClient, type ClientOptions } from './client.js';
export type { Codec } from './codec.js';
export type { Caller, ConnectionState, ConnectionStatus, TokenCallback, Transport } from './connection.js';
export { TidingsError, type ErrorCode } from './errors.js';
export type { Handling } from './handlers.js';
export type { SocketConstructor, SocketLike } from './link.js';
export type { Listener, Subscription } from './subscription.js';
export type * from './types.js';
