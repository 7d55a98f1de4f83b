import type { Json } from '@tidings/client';
import { useEffect, useId, useState } from 'preact/hooks';
import { preview } from '../json.js';

/** What a property of a device type may be, as the service tells it. */
export interface Property {
  readonly type: 'number' | 'integer' | 'boolean' | 'string' | 'enum';
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  readonly max_length?: number;
  readonly read_only: boolean;
}

export interface DeviceType {
  readonly name: string;
  readonly properties: Readonly<Record<string, Property>>;
}

/** What a member of a state is when no type says so: what it looks like. */
function seen(value: Json | undefined): Property | undefined {
  switch (typeof value) {
    case 'number':
      return { type: 'number', read_only: false };
    case 'boolean':
      return { type: 'boolean', read_only: false };
    case 'string':
      return { type: 'string', read_only: false };
    default:
      return undefined;
  }
}

/** The properties of a device: those of its type, and what is in its state besides. */
export function propertiesOf(state: { readonly [member: string]: Json }, type: DeviceType | undefined) {
  const names = new Set([...Object.keys(type?.properties ?? {}), ...Object.keys(state)]);
  names.delete('device_type');
  // What a type does not name cannot be set.
  return [...names].map((name) => [name, type ? type.properties[name] : seen(state[name])] as const);
}

/** A control for one property, as its type wants it. */
export function Control(props: {
  readonly name: string;
  readonly property: Property | undefined;
  readonly value: Json | undefined;
  readonly disabled: boolean;
  onSet(value: Json): void;
}) {
  const { name, property, value, disabled, onSet } = props;
  const id = useId();
  const unit = property?.unit && <span class="unit"> {property.unit}</span>;
  if (!property || property.read_only) {
    return (
      <div class="control">
        <span class="name">{name}</span>
        <span class="now">
          {value === undefined ? '–' : typeof value === 'string' ? value : preview(value, 80)}
          {unit}
        </span>
      </div>
    );
  }
  const label = (
    <label class="name" for={id}>
      {name}
      {unit && property.type !== 'number' && property.type !== 'integer' ? unit : null}
    </label>
  );
  if (property.type === 'boolean') {
    return (
      <div class="control">
        {label}
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={value === true}
          disabled={disabled}
          onChange={(event) => onSet(event.currentTarget.checked)}
        />
      </div>
    );
  }
  if (property.type === 'enum') {
    return (
      <div class="control">
        {label}
        <select id={id} value={typeof value === 'string' ? value : ''} disabled={disabled} onChange={(event) => onSet(event.currentTarget.value)}>
          {!property.values?.includes(String(value)) && <option value="">–</option>}
          {property.values?.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </div>
    );
  }
  return property.type === 'string' ? (
    <div class="control">
      {label}
      <TextInput {...props} id={id} />
    </div>
  ) : (
    <NumberInput {...props} id={id} property={property} />
  );
}

/** The value as it is until somebody edits it, and again when what they set has come back. */
function useEdited(value: string): [string, (text: string | undefined) => void, boolean] {
  const [edited, edit] = useState<string | undefined>(undefined);
  useEffect(() => edit(undefined), [value]);
  return [edited ?? value, edit, edited !== undefined];
}

function TextInput({ id, value, disabled, property, onSet }: Parameters<typeof Control>[0] & { readonly id: string }) {
  const [text, edit] = useEdited(value === undefined || value === null ? '' : String(value));
  return (
    <input
      id={id}
      type="text"
      value={text}
      maxLength={property?.max_length ?? 10_000}
      disabled={disabled}
      onInput={(event) => edit(event.currentTarget.value)}
      onChange={(event) => onSet(event.currentTarget.value)}
    />
  );
}

function NumberInput(
  props: Omit<Parameters<typeof Control>[0], 'property'> & { readonly id: string; readonly property: Property },
) {
  const { id, name, value, disabled, property, onSet } = props;
  const [text, edit] = useEdited(typeof value === 'number' ? String(value) : '');
  const { min, max } = property;
  const step = property.type === 'integer' ? 1 : min !== undefined && max !== undefined ? (max - min) / 100 : 'any';
  const set = (wanted: string) => wanted.trim() !== '' && Number.isFinite(Number(wanted)) && onSet(Number(wanted));
  const range = min !== undefined && max !== undefined;
  return (
    <div class="control">
      <label class="name" for={id}>
        {name}
      </label>
      <span class="now">
        {typeof value === 'number' ? value : '–'}
        {property.unit && <span class="unit"> {property.unit}</span>}
      </span>
      <div class="full">
        {range ? (
          <input
            type="range"
            aria-label={`${name}, slider`}
            min={min}
            max={max}
            step={step}
            value={text === '' ? String(min) : text}
            disabled={disabled}
            onInput={(event) => edit(event.currentTarget.value)}
            onChange={(event) => set(event.currentTarget.value)}
          />
        ) : (
          <span />
        )}
        <input
          id={id}
          type="number"
          step={property.type === 'integer' ? 1 : 'any'}
          value={text}
          disabled={disabled}
          onInput={(event) => edit(event.currentTarget.value)}
          onChange={(event) => set(event.currentTarget.value)}
        />
      </div>
    </div>
  );
}
