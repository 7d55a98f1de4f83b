import { TidingsError } from '@tidings/client';

/** Why a call over HTTP failed. */
export class Trouble extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** What went wrong, and what can be done about it. */
export function words(error: unknown): string {
  if (error instanceof TidingsError || error instanceof Trouble) {
    const said = sentence(error.message);
    const advice = ADVICE[error.code];
    return advice ? `${said} ${advice}` : said;
  }
  return sentence(error instanceof Error ? error.message : String(error));
}

const ADVICE: Readonly<Record<string, string>> = {
  unreachable: 'Look whether it runs; this page tries again by itself.',
  unauthenticated: 'Sign in with a new token.',
  forbidden: 'Ask whoever issues tokens for this permission; “Permissions” tells what yours allows.',
  no_handler: 'Start an agent that handles this channel, or configure a webhook for it.',
  rate_limited: 'Wait a moment, then try again.',
  unavailable: 'Nothing was changed. Try again in a moment.',
  timeout: 'It may have been done or not: look before you try again.',
  disconnected: 'It may have been done or not: look before you try again.',
  conflict: 'Somebody changed it meanwhile. Look at it as it is now, then try again.',
  too_many_subscriptions: 'Name fewer channels, or raise tidings.limits.subscriptions-per-connection.',
  too_many_connections: 'Close other tabs and clients with this token, or raise tidings.limits.connections-per-subject.',
  message_too_large: 'Send less at a time, or raise tidings.limits.message-size.',
  buffer_full: 'Too much waits to be published: wait until the connection is back.',
  disconnected_by_operator: 'Ask them before you sign in again.',
};

/** Why a connection is lost, and may come back. */
export function whyLost(error: TidingsError): string {
  return LOST[error.code] ?? words(error);
}

const LOST: Readonly<Record<string, string>> = {
  disconnected: 'The link broke, or the service was stopped.',
  timeout: 'The service does not answer.',
  token_failed: 'The service cannot be reached for a new token.',
  unauthenticated: 'The token has ended.',
  slow_consumer: 'More came than this page could take: filter the events.',
};

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') {
    return 'It failed, and the service did not say why.';
  }
  const begun = /^(the|a|an|there|no|nobody|it|this|that|its|only|at|send|ask) /.test(trimmed) ? trimmed[0]!.toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`;
}
