// Owns choosing what to subscribe to, from what the token permits and which channels exist.

import { covers, isChannel, isPattern, namespaceOf } from "./names.js";

// The server's default limit for one connection.
export const MAX_SUBSCRIPTIONS = 50;

/**
 * No pattern names all namespaces, so a caller who may see everything follows each namespace that exists.
 * What is held already stays ahead of what is new, so that a full plan does not flap.
 */
export function plan({ permissions, subject, channels, held }) {
  const wanted = new Set(["system"]);
  const own = `user:${subject}`;
  if (isChannel(own)) {
    wanted.add(own);
  }
  for (const where of readable(permissions)) {
    const target = where.replaceAll("{sub}", subject);
    if (where === "*") {
      channels.forEach((name) => wanted.add(name.includes(":") ? `${namespaceOf(name)}:*` : name));
    } else if (isChannel(target) || isPattern(target)) {
      wanted.add(target);
    }
  }
  const targets = withoutCovered([...wanted].sort());
  targets.sort((a, b) => held.has(b) - held.has(a));
  return { targets: targets.slice(0, MAX_SUBSCRIPTIONS), left: targets.slice(MAX_SUBSCRIPTIONS) };
}

/** True when the caller may see all channels, and the list of them therefore decides. */
export function seesEverything(permissions) {
  return readable(permissions).includes("*");
}

function readable(permissions) {
  return permissions
    .filter((permission) => typeof permission === "string")
    .filter((permission) => permission.startsWith("subscribe:") || permission.startsWith("*:"))
    .map((permission) => permission.slice(permission.indexOf(":") + 1));
}

function withoutCovered(targets) {
  return targets.filter((target) => !targets.some((other) => other !== target && covers(other, target)));
}
