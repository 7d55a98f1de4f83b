import { Value } from './value.js';

/** Where the reader is: `#/view/rest?name=value`. */
export interface Route {
  readonly view: string;
  readonly rest: string;
  readonly query: URLSearchParams;
}

export const route = new Value<Route>(read());

addEventListener('hashchange', () => route.set(read()));

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view = '', ...rest] = path.split('/');
  return { view, rest: decoded(rest.join('/')), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a place in the console. */
export function link(view: string, rest = '', query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${view}${rest && `/${encodeURIComponent(rest).replaceAll('%3A', ':')}`}${search && `?${search}`}`;
}

export function go(address: string): void {
  location.hash = address;
}
