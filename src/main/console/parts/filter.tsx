import type { Condition, Filter, Json, Leaf } from '@tidings/client';
import { typed } from '../json.js';
import { Choice, Select, TextField } from './ui.js';

/** A condition as it is being edited: comparisons that must all hold, or any of which must. */
export interface Draft {
  readonly match: 'all' | 'any';
  readonly rows: readonly Row[];
}

export interface Row {
  readonly field: string;
  readonly op: Leaf['op'];
  readonly value: string;
}

export const NO_ROWS: Draft = { match: 'all', rows: [] };
export const NEW_ROW: Row = { field: '/payload/', op: 'eq', value: '' };

const OPERATORS: readonly (readonly [Leaf['op'], string])[] = [
  ['eq', '= equals'],
  ['ne', '≠ differs'],
  ['lt', '< less'],
  ['le', '≤ at most'],
  ['gt', '> more'],
  ['ge', '≥ at least'],
  ['in', 'is one of'],
  ['nin', 'is none of'],
  ['exists', 'is there'],
  ['prefix', 'begins with'],
  ['suffix', 'ends with'],
  ['contains', 'contains'],
];

/** The condition that a draft stands for; undefined when nothing is asked. */
export function conditionOf({ match, rows }: Draft): Condition | undefined {
  const leaves = rows.filter((row) => row.field.trim() !== '' && row.field !== NEW_ROW.field).map(leafOf);
  if (leaves.length <= 1) {
    return leaves[0];
  }
  return match === 'all' ? { all: leaves } : { any: leaves };
}

/** A draft of a condition; undefined when it is nested, and rows cannot show it. */
export function draftOf(condition: Condition | undefined): Draft | undefined {
  if (condition === undefined) {
    return NO_ROWS;
  }
  const match = 'any' in condition ? 'any' : 'all';
  const parts = 'all' in condition ? condition.all : 'any' in condition ? condition.any : [condition];
  return parts.every((part): part is Leaf => 'op' in part)
    ? { match, rows: parts.map(({ field, op, value }) => ({ field, op, value: textOf(op, value) })) }
    : undefined;
}

export function filterOf(events: string, draft: Draft): Filter | undefined {
  const globs = events.split(/[\s,]+/).filter(Boolean);
  const where = conditionOf(draft);
  return globs.length === 0 && !where
    ? undefined
    : { ...(globs.length ? { events: globs } : {}), ...(where ? { where } : {}) };
}

function leafOf({ field, op, value }: Row): Leaf {
  const path = field.trim().startsWith('/') ? field.trim() : `/payload/${field.trim()}`;
  if (op === 'exists') {
    return { field: path, op, value: value !== 'false' };
  }
  if (op === 'in' || op === 'nin') {
    const list = typed(value);
    return { field: path, op, value: Array.isArray(list) ? list : value.split(',').map((each) => typed(each.trim())) };
  }
  const text = op === 'prefix' || op === 'suffix';
  return { field: path, op, value: text ? value : typed(value) };
}

function textOf(op: Leaf['op'], value: Json | undefined): string {
  if (op === 'exists') {
    return value === false ? 'false' : 'true';
  }
  return typeof value === 'string' && typed(value) === value ? value : JSON.stringify(value ?? null);
}

/** Builds a condition row by row. */
export function ConditionBuilder(props: {
  readonly draft: Draft;
  /** JSON Pointers that are worth asking about. */
  readonly fields: readonly string[];
  readonly add: string;
  onDraft(draft: Draft): void;
}) {
  const { draft, onDraft } = props;
  const put = (i: number, row: Partial<Row>) =>
    onDraft({ ...draft, rows: draft.rows.map((each, j) => (i === j ? { ...each, ...row } : each)) });
  return (
    <div class="conditions">
      {draft.rows.length > 1 && (
        <Choice
          label="How conditions go together"
          value={draft.match}
          options={[
            ['all', 'All hold'],
            ['any', 'Any holds'],
          ]}
          onPick={(match) => onDraft({ ...draft, match: match as Draft['match'] })}
        />
      )}
      {draft.rows.map((row, i) => (
        <div class="condition" key={i} role="group" aria-label={`Condition ${i + 1}`}>
          <TextField
            label="Field"
            class="mono"
            value={row.field}
            suggestions={props.fields}
            placeholder="/payload/status"
            onText={(field) => put(i, { field })}
          />
          <Select
            label="Operator"
            value={row.op}
            options={OPERATORS}
            onPick={(op) => put(i, { op: op as Leaf['op'], ...(op === 'exists' ? { value: 'true' } : {}) })}
          />
          {row.op === 'exists' ? (
            <Select
              label="Value"
              value={row.value === 'false' ? 'false' : 'true'}
              options={[
                ['true', 'yes'],
                ['false', 'no'],
              ]}
              onPick={(value) => put(i, { value })}
            />
          ) : (
            <TextField
              label="Value"
              class="mono"
              value={row.value}
              placeholder={row.op === 'in' || row.op === 'nin' ? 'busy, done' : '80'}
              onText={(value) => put(i, { value })}
            />
          )}
          <button
            type="button"
            class="icon"
            aria-label={`Remove condition ${i + 1}`}
            title="Remove"
            onClick={() => onDraft({ ...draft, rows: draft.rows.filter((_, j) => i !== j) })}
          >
            ✕
          </button>
        </div>
      ))}
      {draft.rows.length < 32 && (
        <button
          type="button"
          class="small"
          onClick={() => onDraft({ ...draft, rows: [...draft.rows, NEW_ROW] })}
        >
          {props.add}
        </button>
      )}
    </div>
  );
}
