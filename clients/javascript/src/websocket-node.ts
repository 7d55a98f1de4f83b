// A WebSocket client (RFC 6455) for Node 20, which has none: text and binary messages, no extensions.
import { createHash, randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { SocketConstructor, SocketLike } from './link.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_MESSAGE = 64 * 1024 * 1024;
const ABNORMAL = 1006;
const TOO_LARGE = 1009;
const PROTOCOL = 1002;
/** How long the other side has to answer a close before the connection is cut. */
const CLOSING_MS = 1000;

class NodeSocket implements SocketLike {
  binaryType = 'arraybuffer';
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  #stream: Duplex | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #partsSize = 0;
  #kind = 0;
  #closed = false;
  #closing: [number, string] | undefined;
  readonly #abort: () => void;

  constructor(url: string, protocols: string[]) {
    const key = randomBytes(16).toString('base64');
    const address = new URL(url);
    const secure = address.protocol === 'wss:';
    address.protocol = secure ? 'https:' : 'http:';
    const request = (secure ? httpsRequest : httpRequest)(address, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Protocol': protocols.join(', '),
      },
    });
    this.#abort = () => request.destroy();
    request.on('error', (error) => this.#ended(ABNORMAL, error.message));
    request.on('response', (response) => {
      response.resume();
      this.#ended(ABNORMAL, `The handshake was answered with ${response.statusCode}.`);
      request.destroy();
    });
    request.on('upgrade', (response, stream, head) => {
      stream.on('error', () => this.#ended(ABNORMAL, 'The connection broke.'));
      const accept = createHash('sha1').update(key + GUID).digest('base64');
      if (this.#closed || response.headers['sec-websocket-accept'] !== accept) {
        stream.destroy();
        this.#ended(ABNORMAL, 'The handshake was not answered as a WebSocket does.');
        return;
      }
      this.#stream = stream;
      stream.setNoDelay(true);
      stream.on('data', (data: Buffer) => this.#read(data));
      stream.on('end', () => stream.end());
      stream.on('close', () => this.#ended(...(this.#closing ?? [ABNORMAL, 'The connection broke.'])));
      if (head.length > 0) {
        this.#read(head);
      }
    });
    request.end();
  }

  send(data: string | Uint8Array): void {
    const text = typeof data === 'string';
    this.#write(text ? 1 : 2, text ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  }

  close(): void {
    if (!this.#stream) {
      this.#closed = true;
      this.#abort();
      return;
    }
    this.#close(1000);
  }

  #close(code: number): void {
    const stream = this.#stream;
    if (!stream || stream.destroyed) {
      return;
    }
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(8, payload);
    stream.end();
    setTimeout(() => stream.destroy(), CLOSING_MS).unref();
  }

  #write(opcode: number, payload: Buffer): void {
    const stream = this.#stream;
    if (!stream?.writable) {
      return;
    }
    const size = payload.length;
    const extended = size < 126 ? 0 : size < 65536 ? 2 : 8;
    const head = 2 + extended + 4;
    const frame = Buffer.allocUnsafe(head + size);
    frame[0] = 0x80 | opcode;
    frame[1] = 0x80 | (extended === 0 ? size : extended === 2 ? 126 : 127);
    if (extended === 2) {
      frame.writeUInt16BE(size, 2);
    } else if (extended === 8) {
      frame.writeBigUInt64BE(BigInt(size), 2);
    }
    const mask = randomBytes(4);
    mask.copy(frame, head - 4);
    for (let i = 0; i < size; i++) {
      frame[head + i] = payload[i]! ^ mask[i & 3]!;
    }
    stream.write(frame);
  }

  #read(data: Buffer): void {
    let buffer = this.#rest.length > 0 ? Buffer.concat([this.#rest, data]) : data;
    while (!this.#closed && buffer.length >= 2) {
      let size = buffer[1]! & 0x7f;
      let head = 2;
      if (size === 126) {
        head = 4;
      } else if (size === 127) {
        head = 10;
      }
      if (buffer.length < head) {
        break;
      }
      if (head > 2) {
        size = head === 4 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
      }
      if (size + this.#partsSize > MAX_MESSAGE) {
        return this.#fail(TOO_LARGE, 'A message is too large.');
      }
      if (buffer.length < head + size) {
        break;
      }
      this.#frame(buffer[0]!, buffer[1]!, buffer.subarray(head, head + size));
      buffer = buffer.subarray(head + size);
    }
    this.#rest = buffer;
  }

  #frame(first: number, second: number, payload: Buffer): void {
    const opcode = first & 0x0f;
    if (first & 0x70 || second & 0x80) {
      return this.#fail(PROTOCOL, 'A frame is not as it should be.');
    }
    if (opcode === 9) {
      this.#write(10, payload);
    } else if (opcode === 8) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#closing = [code, payload.subarray(2).toString()];
      this.#close(1000);
      this.#ended(...this.#closing);
    } else if (opcode < 3) {
      this.#message(opcode, Boolean(first & 0x80), payload);
    }
  }

  #message(opcode: number, last: boolean, payload: Buffer): void {
    if (opcode > 0) {
      this.#kind = opcode;
    }
    let whole = payload;
    if (!last || this.#parts.length > 0) {
      this.#parts.push(payload);
      this.#partsSize += payload.length;
      if (!last) {
        return;
      }
      whole = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#partsSize = 0;
    }
    this.onmessage?.({ data: this.#kind === 1 ? whole.toString() : new Uint8Array(whole).buffer });
  }

  #fail(code: number, reason: string): void {
    this.#closing = [code === TOO_LARGE ? ABNORMAL : code, reason];
    this.#close(code);
    this.#ended(...this.#closing);
  }

  #ended(code: number, reason: string): void {
    if (!this.#closed) {
      this.#closed = true;
      this.onclose?.({ code, reason });
    }
  }
}

/** The platform's own from Node 22 on. */
export const PlatformSocket: SocketConstructor | undefined =
  ((globalThis as { WebSocket?: unknown }).WebSocket as SocketConstructor | undefined) ?? NodeSocket;
