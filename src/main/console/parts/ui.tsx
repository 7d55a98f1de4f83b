import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Doing } from '../load.js';

/** A part of a view under a heading of its own. */
export function Panel(props: {
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly class?: string;
  readonly children?: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class={`panel ${props.class ?? ''}`} aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{props.title}</h2>
        {props.note !== undefined && <span class="note">{props.note}</span>}
        {props.actions && <div class="actions">{props.actions}</div>}
      </div>
      {props.children}
    </section>
  );
}

/** A control with its label above it, and what is wrong with it or what it is for below. */
export function Field(props: {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly class?: string;
  children(id: string): ComponentChildren;
}) {
  const id = useId();
  return (
    <div class={`field ${props.class ?? ''}`}>
      <label for={id}>{props.label}</label>
      {props.children(id)}
      {props.hint && <p class="hint">{props.hint}</p>}
    </div>
  );
}

type InputProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'value' | 'list'> & {
  readonly label: string;
  readonly value: string;
  readonly hint?: ComponentChildren;
  readonly suggestions?: readonly string[];
  onText(text: string): void;
};

/** One line of text, with suggestions where there are some. */
export function TextField({ label, hint, suggestions, onText, class: kind, ...rest }: InputProps) {
  const list = useId();
  return (
    <Field label={label} hint={hint} class={typeof kind === 'string' ? kind : ''}>
      {(id) => (
        <>
          <input
            type="text"
            spellcheck={false}
            autocapitalize="off"
            autocomplete="off"
            {...rest}
            id={id}
            {...(suggestions ? { list } : {})}
            onInput={(event) => onText(event.currentTarget.value)}
          />
          {suggestions && (
            <datalist id={list}>
              {suggestions.slice(0, 200).map((each) => (
                <option key={each} value={each} />
              ))}
            </datalist>
          )}
        </>
      )}
    </Field>
  );
}

export function TextArea(props: {
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  readonly hint?: ComponentChildren;
  onText(text: string): void;
}) {
  return (
    <Field label={props.label} hint={props.hint}>
      {(id) => (
        <textarea
          id={id}
          rows={props.rows ?? 4}
          spellcheck={false}
          autocapitalize="off"
          value={props.value}
          onInput={(event) => props.onText(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function Select(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (string | readonly [value: string, text: string])[];
  readonly class?: string;
  onPick(value: string): void;
}) {
  return (
    <Field label={props.label} class={props.class ?? ''}>
      {(id) => (
        <select id={id} value={props.value} onChange={(event) => props.onPick(event.currentTarget.value)}>
          {props.options.map((option) => {
            const [value, text] = typeof option === 'string' ? [option, option] : option;
            return (
              <option key={value} value={value}>
                {text}
              </option>
            );
          })}
        </select>
      )}
    </Field>
  );
}

/** One of a few, side by side. */
export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  onPick(value: string): void;
}) {
  return (
    <div class="choice" role="group" aria-label={props.label}>
      {props.options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onPick(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}

export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

export function Badge(props: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${props.tone}`}>{props.children}</span>;
}

/** What went wrong, where it went wrong. */
export function Problem(props: { readonly text: string | undefined; readonly again?: () => void }) {
  return props.text === undefined ? null : (
    <div class="said bad" role="alert">
      <span>{props.text}</span>
      {props.again && (
        <button type="button" class="small" onClick={props.again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What came of what the reader did. */
export function Said(props: { readonly doing: Doing }) {
  const { said } = props.doing;
  return (
    <p class={`said ${said ? (said.good ? 'good' : 'bad') : 'none'}`} role="status">
      {said?.text}
    </p>
  );
}

/** What an empty place says: why, and what to do about it. */
export function Empty(props: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{props.title}</p>
      {props.children && <div>{props.children}</div>}
    </div>
  );
}

/** A button that asks once more before it does what cannot be undone. */
export function Confirm(props: {
  readonly label: string;
  readonly sure: string;
  readonly describe?: string;
  readonly disabled?: boolean;
  onSure(): void;
}) {
  const [asked, ask] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!asked) {
      return undefined;
    }
    const timer = setTimeout(() => ask(false), 5000);
    return () => clearTimeout(timer);
  }, [asked]);
  return (
    <button
      ref={button}
      type="button"
      class={`small ${asked ? 'danger' : ''}`}
      aria-label={props.describe === undefined ? undefined : `${asked ? props.sure : props.label}: ${props.describe}`}
      disabled={props.disabled ?? false}
      onClick={() => {
        ask(!asked);
        if (asked) {
          props.onSure();
        }
      }}
      onBlur={() => ask(false)}
    >
      {asked ? props.sure : props.label}
    </button>
  );
}
