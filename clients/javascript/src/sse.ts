/** One event of a stream of Server-Sent Events. */
export interface Block {
  event?: string;
  id?: string;
  data?: string;
}

/** Reads a stream of Server-Sent Events; `alive` is called for whatever comes, comments too. */
export async function* blocks(stream: ReadableStream<Uint8Array>, alive: () => void): AsyncGenerator<Block> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    alive();
    const whole = (text + decoder.decode(value, { stream: true })).replaceAll('\r\n', '\n').split('\n\n');
    text = whole.pop()!;
    for (const block of whole) {
      yield fields(block);
    }
  }
}

/** An id is a place, `epoch:offset`. */
export function place(id: string): { epoch: string; offset: number } {
  const colon = id.lastIndexOf(':');
  return { epoch: id.slice(0, colon), offset: Number(id.slice(colon + 1)) };
}

function fields(block: string): Block {
  const found: Block = {};
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') {
      found.data = found.data === undefined ? value : `${found.data}\n${value}`;
    } else if (name === 'event' || name === 'id') {
      found[name] = value;
    }
  }
  return found;
}
