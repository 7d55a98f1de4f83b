/** Codes of the service, and below them those of the client itself. */
export type ErrorCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'invalid_message'
  | 'invalid_channel'
  | 'invalid_filter'
  | 'unknown_type'
  | 'not_found'
  | 'too_many_subscriptions'
  | 'rate_limited'
  | 'message_too_large'
  | 'conflict'
  | 'no_handler'
  | 'timeout'
  | 'unavailable'
  | 'internal'
  /** The link broke; of a command it is not known whether it was carried out. */
  | 'disconnected'
  /** The client was closed by its user. */
  | 'closed'
  /** More publishes wait than `publishBuffer` allows. */
  | 'buffer_full'
  /** Nobody took the events of an iteration, and more wait than `itemBuffer` allows. */
  | 'overflow'
  /** The server sent what is no envelope, or found that the client did. */
  | 'protocol_error'
  | 'disconnected_by_operator'
  | 'slow_consumer'
  | 'too_many_connections'
  /** The token callback failed. */
  | 'token_failed'
  /** The transport in use cannot do this. */
  | 'unsupported';

/** The one error that this client raises. */
export class TidingsError extends Error {
  override readonly name = 'TidingsError';

  constructor(
    /** What went wrong, for programs. Newer services may have codes that are not listed. */
    readonly code: ErrorCode | (string & {}),
    message: string,
    /** Whether the same may succeed later. */
    readonly retryable = false,
    /** What the service says besides, such as `retry_after_ms`. */
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Made of the payload of an `error`, whatever is in it. */
export function errorOf(payload: unknown): TidingsError {
  const { code, message, retryable, details } = (payload ?? {}) as Record<string, unknown>;
  return new TidingsError(
    typeof code === 'string' ? code : 'internal',
    typeof message === 'string' ? message : '',
    retryable === true,
    typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {},
  );
}

/** When the service wants to be asked again; `otherwise` where it does not say. */
export function retryAfter(error: TidingsError, otherwise: number): number {
  const asked = error.details['retry_after_ms'];
  return typeof asked === 'number' && asked >= 0 ? Math.min(asked, 60_000) : otherwise;
}
