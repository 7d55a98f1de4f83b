import type { ChannelItem } from '../api.js';
import { useSession } from '../context.js';
import { useLoad } from '../load.js';
import { TextField } from './ui.js';

const EVERY_MS = 10_000;

/** The channels that the caller may see, by name. */
export function useChannelNames(): string[] {
  const { api } = useSession();
  const { data } = useLoad(() => api.all<ChannelItem>('channels'), [api], EVERY_MS);
  return data?.items.map(({ channel }) => channel) ?? [];
}

/** Asks for a channel, and suggests those that there are. */
export function ChannelField(props: {
  readonly value: string;
  readonly names: readonly string[];
  readonly label?: string;
  readonly placeholder?: string;
  onText(channel: string): void;
}) {
  return (
    <TextField
      label={props.label ?? 'Channel'}
      class="grow mono"
      required
      value={props.value}
      suggestions={props.names}
      placeholder={props.placeholder ?? 'device:lamp'}
      onText={props.onText}
    />
  );
}
