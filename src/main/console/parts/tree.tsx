import type { Json } from '@tidings/client';
import { useState } from 'preact/hooks';
import { isMembers, pointer, preview, type Members } from '../json.js';

const MOST_MEMBERS = 200;
const OPEN_DEPTH = 2;
const OPEN_SIZE = 40;

/** What changed last: by JSON Pointer what was there before; null where nothing was. */
export type Changes = ReadonlyMap<string, Json>;

/** The changes that a merge patch with its previous values made. */
export function changesOf(payload: unknown): Changes {
  const found = new Map<string, Json>();
  const walk = (patch: unknown, previous: unknown, path: string): void => {
    if (isMembers(patch)) {
      for (const [name, value] of Object.entries(patch)) {
        const before = isMembers(previous) ? (previous[name] ?? null) : null;
        const here = pointer(path, name);
        if (isMembers(value) && isMembers(before)) {
          walk(value, before, here);
        } else {
          found.set(here, before);
        }
      }
    }
  };
  if (isMembers(payload)) {
    walk(payload['patch'], payload['previous'], '');
  }
  return found;
}

/**
 * A JSON value as a tree that opens and closes. What changed last is marked, and says what it was; `mark` is another number with
 * each change, so that what changes twice lights up twice.
 */
export function Tree(props: {
  readonly value: Members | readonly Json[];
  readonly changes?: Changes;
  readonly mark?: number;
  readonly label: string;
}) {
  const gone = [...(props.changes ?? [])].filter(([path]) => path.lastIndexOf('/') === 0 && !present(props.value, path));
  return (
    <div class="tree" role="group" aria-label={props.label}>
      <Level value={props.value} path="" depth={0} changes={props.changes} mark={props.mark ?? 0} />
      {gone.map(([path, before]) => (
        <div key={path} class="leaf gone">
          <span class="key">{path.slice(1)}</span>
          <span class="value">removed</span>
          <span class="was">was {preview(before, 60)}</span>
        </div>
      ))}
    </div>
  );
}

function present(value: Members | readonly Json[], path: string): boolean {
  return Object.hasOwn(value, path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~'));
}

interface Place {
  readonly path: string;
  readonly depth: number;
  readonly changes: Changes | undefined;
  readonly mark: number;
}

function Level(props: Place & { readonly value: Members | readonly Json[] }) {
  const names = Object.keys(props.value);
  return (
    <ul class="level">
      {names.slice(0, MOST_MEMBERS).map((name) => (
        <Member
          key={name}
          {...props}
          name={name}
          value={(props.value as Members)[name]!}
          path={pointer(props.path, name)}
        />
      ))}
      {names.length > MOST_MEMBERS && <li class="quiet">and {names.length - MOST_MEMBERS} more</li>}
    </ul>
  );
}

function Member(props: Place & { readonly name: string; readonly value: Json }) {
  const { name, value, path, depth, changes, mark } = props;
  const size = typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  const [open, setOpen] = useState(depth < OPEN_DEPTH && size <= OPEN_SIZE);
  const before = changes?.get(path);
  const changed = before !== undefined;
  const was = changed && <span class="was">{before === null ? 'new' : `was ${preview(before, 60)}`}</span>;
  if (size === 0) {
    return (
      <li>
        <div key={changed ? mark : 0} class={`leaf ${changed ? 'changed' : ''}`}>
          <span class="key">{name}</span>
          <Leaf value={value} />
          {was}
        </div>
      </li>
    );
  }
  return (
    <li>
      <button
        type="button"
        class={`leaf knob ${changed ? 'changed' : ''}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span class="key">{name}</span>
        <span class="size">{Array.isArray(value) ? `[${size}]` : `{${size}}`}</span>
        {was}
      </button>
      {open && (
        <Level value={value as Members} path={path} depth={depth + 1} changes={changes} mark={mark} />
      )}
    </li>
  );
}

function Leaf(props: { readonly value: Json }) {
  const { value } = props;
  const text = typeof value === 'string' ? value : preview(value);
  return (
    <span class={`value ${value === null ? 'null' : typeof value}`}>
      {text.length > 2000 ? `${text.slice(0, 2000)}…` : text}
    </span>
  );
}
