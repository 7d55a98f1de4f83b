import type { Caller } from '@tidings/client';

/** The service's default limit for one connection; some are left to other views. */
export const MOST_TARGETS = 40;

/** The channels and patterns of the permissions for a verb; `*` stands for all. */
export function permitted(caller: Caller | undefined, verb: string): string[] {
  return (caller?.permissions ?? [])
    .filter((permission) => permission.startsWith(`${verb}:`) || permission.startsWith('*:'))
    .map((permission) => permission.slice(permission.indexOf(':') + 1).replaceAll('{sub}', caller!.subject));
}

export function covers(target: string, channel: string): boolean {
  return target.endsWith('*') ? channel.startsWith(target.slice(0, -1)) : target === channel;
}

/** Whether a token allows something, as far as can be told from here; the service decides. */
export function allows(caller: Caller | undefined, verb: string, channel: string): boolean {
  return permitted(caller, verb).some((target) => covers(target, channel));
}

export function isOperator(caller: Caller | undefined): boolean {
  return permitted(caller, 'admin').includes('*');
}

/** What to subscribe to in order to hear of a namespace as far as the token reaches. */
export function targetsIn(caller: Caller | undefined, namespace: string): string[] {
  const all = `${namespace}:*`;
  const found = permitted(caller, 'subscribe').flatMap((target) =>
    target === '*' || target === all ? [all] : target.startsWith(`${namespace}:`) ? [target] : [],
  );
  return withoutCovered(found);
}

/**
 * What to subscribe to in order to hear everything. No pattern names all namespaces, so whoever may see everything follows
 * each namespace that exists.
 */
export function targets(caller: Caller | undefined, channels: readonly string[]): string[] {
  const wanted = permitted(caller, 'subscribe').flatMap((target) =>
    target === '*' ? channels.map((name) => (name.includes(':') ? `${name.split(':')[0]}:*` : name)) : [target],
  );
  return withoutCovered(['system', ...wanted]);
}

function withoutCovered(all: readonly string[]): string[] {
  const each = [...new Set(all)].sort();
  return each.filter((target) => !each.some((other) => other !== target && covers(other, target)));
}
