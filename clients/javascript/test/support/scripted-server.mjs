// A WebSocket server that says what a test tells it to, and nothing else. No library, so that it can also misbehave.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Values that are waited for, in order. */
export class Inbox {
  #values = [];
  #waiting = [];

  put(value) {
    const taker = this.#waiting.shift();
    taker ? taker(value) : this.#values.push(value);
  }

  take(what, ms = 5000) {
    if (this.#values.length > 0) {
      return Promise.resolve(this.#values.shift());
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((one) => one !== taker);
        reject(new Error(`nothing came within ${ms} ms: ${what}`));
      }, ms);
      const taker = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
      this.#waiting.push(taker);
    });
  }
}

export class ScriptedServer {
  #sockets = new Set();
  handshakes = new Inbox();

  static async start() {
    const server = new ScriptedServer();
    server.http = createServer((request, response) => response.writeHead(404).end());
    server.http.on('upgrade', (request, socket) => {
      socket.on('error', () => {});
      server.#sockets.add(socket);
      socket.on('close', () => server.#sockets.delete(socket));
      server.handshakes.put(new Peer(request, socket));
    });
    await new Promise((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    server.url = `http://127.0.0.1:${server.http.address().port}`;
    return server;
  }

  stop() {
    this.#sockets.forEach((socket) => socket.destroy());
    this.http.closeAllConnections();
    this.http.close();
  }
}

/** One connection of the client. */
export class Peer {
  frames = new Inbox();
  #rest = Buffer.alloc(0);

  constructor(request, socket) {
    this.request = request;
    this.socket = socket;
    this.at = performance.now();
    /** When it ended: for the client that is when it is told so. */
    this.ended = new Promise((resolve) => (this.over = () => resolve(performance.now())));
    socket.on('close', this.over);
  }

  refuse(status) {
    this.socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  }

  accept() {
    const key = this.request.headers['sec-websocket-key'];
    const accept = createHash('sha1').update(key + GUID).digest('base64');
    const protocol = this.request.headers['sec-websocket-protocol'].split(',')[0].trim();
    this.socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
    this.socket.on('data', (data) => this.#read(data));
  }

  send(data) {
    this.write(typeof data === 'string' ? 1 : 2, Buffer.from(data));
  }

  close(code, reason = '') {
    const payload = Buffer.alloc(2 + Buffer.byteLength(reason));
    payload.writeUInt16BE(code);
    payload.write(reason, 2);
    this.write(8, payload);
    this.over();
    this.socket.end();
  }

  cut() {
    this.over();
    this.socket.destroy();
  }

  write(opcode, payload, first = 0x80) {
    if (this.socket.writable) {
      this.socket.write(frame(opcode, payload, first));
    }
  }

  #read(data) {
    let buffer = Buffer.concat([this.#rest, data]);
    while (buffer.length >= 6) {
      const short = buffer[1] & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (buffer.length < head + 4) {
        break;
      }
      const size = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
      if (buffer.length < head + 4 + size) {
        break;
      }
      const mask = buffer.subarray(head, head + 4);
      const payload = Buffer.from(buffer.subarray(head + 4, head + 4 + size)).map((byte, i) => byte ^ mask[i & 3]);
      const opcode = buffer[0] & 0x0f;
      if (opcode === 8) {
        this.socket.end();
      } else if (opcode === 1 || opcode === 2) {
        this.frames.put(opcode === 1 ? payload.toString() : payload);
      } else {
        this.control = { opcode, payload };
      }
      buffer = buffer.subarray(head + 4 + size);
    }
    this.#rest = buffer;
  }
}

export function frame(opcode, payload, first = 0x80) {
  const size = payload.length;
  const head =
    size < 126
      ? Buffer.from([first | opcode, size])
      : size < 65536
        ? Buffer.from([first | opcode, 126, size >> 8, size & 255])
        : Buffer.concat([Buffer.from([first | opcode, 127, 0, 0, 0, 0]), uint32(size)]);
  return Buffer.concat([head, payload]);
}

function uint32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
