import type { Codec } from './codec.js';
import type { Envelope } from './types.js';

/** One connection to the service, which carries envelopes. */
export interface Link {
  send(envelope: Envelope): void;
  /** Lets go at once; nothing is heard of it any more. */
  drop(): void;
}

export interface LinkEvents {
  /** A frame: an envelope or an array of them; undefined stands for what cannot be read. */
  heard(frame: unknown): void;
  ended(code: number, reason: string): void;
}

/** As much of a WebSocket as is needed. */
export interface SocketLike {
  binaryType: string;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}
export type SocketConstructor = new (url: string, protocols: string[]) => SocketLike;

const CLOSE_FOLLOWS_MS = 100;

export function openSocket(url: string, codec: Codec, Socket: SocketConstructor, events: LinkEvents): Link {
  const socket = new Socket(url, [codec.protocol]);
  socket.binaryType = 'arraybuffer';
  socket.onmessage = ({ data }) => {
    let frame: unknown;
    try {
      frame = codec.decode(data);
    } catch {
      frame = undefined;
    }
    events.heard(frame);
  };
  socket.onclose = ({ code, reason }) => events.ended(code, reason);
  // A close with its code follows at once, but not everywhere: Node's own said nothing more of a refused handshake for long.
  socket.onerror = () => void setTimeout(() => events.ended(1006, ''), CLOSE_FOLLOWS_MS);
  return {
    send: (envelope) => socket.send(codec.encode(envelope)),
    drop: () => {
      socket.onmessage = socket.onclose = socket.onerror = null;
      try {
        socket.close();
      } catch {
        // It was never open.
      }
    },
  };
}

