import type { Codec } from './codec.js';

/** MessagePack instead of JSON: `createClient({ codec: msgpack })`. */
export const msgpack: Codec = {
  protocol: 'tidings.v1.msgpack',
  encode: (envelope) => new Writer().whole(envelope),
  decode: (data) => {
    if (typeof data === 'string') {
      throw new TypeError('A text frame is no MessagePack.');
    }
    return new Reader(data).whole();
  },
};

const MAX_UINT32 = 2 ** 32;

class Writer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  whole(value: unknown): Uint8Array<ArrayBuffer> {
    this.#value(value);
    return this.#bytes.subarray(0, this.#size);
  }

  #value(value: unknown): void {
    if (value === null || value === undefined) {
      this.#byte(0xc0);
    } else if (typeof value === 'boolean') {
      this.#byte(value ? 0xc3 : 0xc2);
    } else if (typeof value === 'number') {
      this.#number(value);
    } else if (typeof value === 'string') {
      const text = new TextEncoder().encode(value);
      this.#length(text.length, 0xa0, 32, 0xda);
      this.#room(text.length);
      this.#bytes.set(text, this.#size);
      this.#size += text.length;
    } else if (Array.isArray(value)) {
      this.#length(value.length, 0x90, 16, 0xdc);
      value.forEach((one) => this.#value(one));
    } else if (typeof value === 'object') {
      const members = Object.entries(value).filter(([, one]) => one !== undefined);
      this.#length(members.length, 0x80, 16, 0xde);
      for (const [name, one] of members) {
        this.#value(name);
        this.#value(one);
      }
    } else {
      throw new TypeError(`There is no MessagePack for a ${typeof value}.`);
    }
  }

  #number(value: number): void {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
      this.#byte(0xcb);
      const at = this.#take(8);
      this.#view.setFloat64(at, value);
    } else if (value >= 0 && value < MAX_UINT32) {
      if (value < 128) {
        this.#byte(value);
      } else {
        this.#byte(0xce);
        const at = this.#take(4);
        this.#view.setUint32(at, value);
      }
    } else if (value < 0 && value >= -32) {
      this.#byte(value & 0xff);
    } else {
      this.#byte(0xd3);
      const at = this.#take(8);
      this.#view.setBigInt64(at, BigInt(value));
    }
  }

  /** What has a length: in its first byte, or in 16 or 32 bits after `head` or the byte that follows it. */
  #length(length: number, short: number, below: number, head: number): void {
    if (length < below) {
      this.#byte(short | length);
    } else if (length < 65536) {
      this.#byte(head);
      const at = this.#take(2);
      this.#view.setUint16(at, length);
    } else {
      this.#byte(head + 1);
      const at = this.#take(4);
      this.#view.setUint32(at, length);
    }
  }

  #byte(byte: number): void {
    const at = this.#take(1);
    this.#bytes[at] = byte;
  }

  #take(size: number): number {
    this.#room(size);
    const at = this.#size;
    this.#size += size;
    return at;
  }

  #room(size: number): void {
    if (this.#size + size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#size + size));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
  }
}

class Reader {
  readonly #view: DataView;
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  #at = 0;

  constructor(private readonly data: ArrayBuffer) {
    this.#view = new DataView(data);
  }

  whole(): unknown {
    const value = this.#value();
    if (this.#at !== this.data.byteLength) {
      throw new RangeError('Something follows the value.');
    }
    return value;
  }

  #value(): unknown {
    const head = this.#unsigned(1);
    if (head < 0x80) {
      return head;
    }
    if (head < 0x90) {
      return this.#map(head & 15);
    }
    if (head < 0xa0) {
      return this.#array(head & 15);
    }
    if (head < 0xc0) {
      return this.#string(head & 31);
    }
    if (head >= 0xe0) {
      return head - 256;
    }
    return this.#long(head);
  }

  #long(head: number): unknown {
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return this.#view.getFloat32(this.#take(4));
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
      case 0xcf:
        return this.#unsigned(1 << (head - 0xcc));
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
      case 0xd3:
        return Number(this.#view.getBigInt64(this.#take(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#string(this.#unsigned(1 << (head - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#unsigned(head === 0xdc ? 2 : 4));
      case 0xde:
      case 0xdf:
        return this.#map(this.#unsigned(head === 0xde ? 2 : 4));
    }
    throw new TypeError(`0x${head.toString(16)} begins nothing that JSON knows.`);
  }

  #unsigned(size: number): number {
    const at = this.#take(size);
    switch (size) {
      case 1:
        return this.#view.getUint8(at);
      case 2:
        return this.#view.getUint16(at);
      case 4:
        return this.#view.getUint32(at);
    }
    return Number(this.#view.getBigUint64(at));
  }

  #string(size: number): string {
    return this.#text.decode(new Uint8Array(this.data, this.#take(size), size));
  }

  #array(size: number): unknown[] {
    const found: unknown[] = [];
    for (let i = 0; i < size; i++) {
      found.push(this.#value());
    }
    return found;
  }

  #map(size: number): object {
    // A map, and not an object: a member may be called __proto__.
    const found = new Map<string, unknown>();
    for (let i = 0; i < size; i++) {
      const name = this.#value();
      if (typeof name !== 'string') {
        throw new TypeError('A member needs a name.');
      }
      found.set(name, this.#value());
    }
    return Object.fromEntries(found);
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.data.byteLength) {
      throw new RangeError('It ends too early.');
    }
    this.#at += size;
    return at;
  }
}
