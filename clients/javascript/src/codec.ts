/** How envelopes are written: JSON, or MessagePack from `@tidings/client/msgpack`. */
export interface Codec {
  /** The sub-protocol that names it. */
  readonly protocol: string;
  encode(envelope: object): string | Uint8Array<ArrayBuffer>;
  /** May throw on what it cannot read. */
  decode(data: string | ArrayBuffer): unknown;
}

export const json: Codec = {
  protocol: 'tidings.v1.json',
  encode: (envelope) => JSON.stringify(envelope),
  decode: (data) => JSON.parse(data as string) as unknown,
};
