import type { SocketConstructor } from './link.js';

/** Browsers, Deno, Bun, workers and Node from 22 on have one of their own. */
export const PlatformSocket = (globalThis as { WebSocket?: unknown }).WebSocket as SocketConstructor | undefined;
