import type { Json } from '@tidings/client';
import { useEffect, useState } from 'preact/hooks';
import { segment } from '../api.js';
import { useSession } from '../context.js';
import { count, duration } from '../format.js';
import { parse, pretty } from '../json.js';
import { useDoing } from '../load.js';
import { ChannelField, useChannelNames } from '../parts/channel-field.js';
import { Panel, Said, TextArea, TextField } from '../parts/ui.js';
import { link, route } from '../route.js';
import { useValue } from '../value.js';
import { stateOf } from './channels.js';

/** Forms for what changes something: events, states, commands. */
export function Publish() {
  const { rest, query } = useValue(route);
  const names = useChannelNames();
  const [channel, setChannel] = useState(rest);
  useEffect(() => {
    if (rest) {
      setChannel(rest);
    }
  }, [rest]);
  return (
    <>
      <div class="toolbar">
        <ChannelField value={channel} names={names} placeholder="demo:hello" onText={setChannel} />
        {channel && (
          <a class="button" href={link('channels', channel)}>
            Look at it
          </a>
        )}
      </div>
      <div class="columns">
        <EventForm channel={channel} />
        <StateForm channel={channel} open={query.has('state')} />
        <CommandForm channel={channel} />
      </div>
    </>
  );
}

function needChannel(channel: string): string {
  const name = channel.trim();
  if (!/^[a-z][a-z0-9_-]{0,31}(:[A-Za-z0-9._~@+=/-]{1,128})?$/.test(name)) {
    throw new Error(
      name === ''
        ? 'Name a channel above, such as demo:hello.'
        : `“${name}” is no channel: it is a namespace in lower case, and after a colon an id, such as demo:hello.`,
    );
  }
  return name;
}

function EventForm({ channel }: { readonly channel: string }) {
  const { client } = useSession();
  const doing = useDoing();
  const [event, setEvent] = useState('demo.said');
  const [payload, setPayload] = useState('{ "text": "hello" }');
  const send = (submit: Event) => {
    submit.preventDefault();
    void doing.run(async () => {
      const begun = performance.now();
      const { offset } = await client.publish(needChannel(channel), event.trim(), parse(payload, 'The payload'));
      return `Stored at offset ${count(offset)}, ${duration(performance.now() - begun)} after it was sent.`;
    });
  };
  return (
    <Panel title="Publish an event">
      <form class="form" onSubmit={send} autocomplete="off">
        <TextField label="Type" class="mono" required value={event} placeholder="agent.started" onText={setEvent} />
        <TextArea label="Payload, as JSON" value={payload} onText={setPayload} />
        <div class="actions start">
          <button class="primary" type="submit" disabled={doing.busy}>
            Publish
          </button>
        </div>
        <Said doing={doing} />
      </form>
    </Panel>
  );
}

function StateForm({ channel, open }: { readonly channel: string; readonly open: boolean }) {
  const { client } = useSession();
  const doing = useDoing();
  const [patch, setPatch] = useState('{ "on": true }');
  useEffect(() => {
    if (open && channel) {
      void stateOf(client, channel).then((state) => state && setPatch(pretty(state)));
    }
  }, [open, channel]);
  const send = (submit: Event) => {
    submit.preventDefault();
    void doing.run(async () => {
      const change = parse(patch, 'The change');
      if (typeof change !== 'object' || change === null || Array.isArray(change)) {
        throw new Error('A state is an object: begin with { and end with }.');
      }
      const { event_id, offset } = await client.patchState(needChannel(channel), change as { [member: string]: Json });
      return event_id === undefined ? 'It was so already: nothing has changed.' : `Changed, at offset ${count(offset)}.`;
    });
  };
  return (
    <Panel title="Change the state">
      <form class="form" onSubmit={send} autocomplete="off">
        <TextArea
          label="Merge patch, as JSON"
          hint="Members that are named change, null removes one, the others stay as they are."
          value={patch}
          rows={6}
          onText={setPatch}
        />
        <div class="actions start">
          <button class="primary" type="submit" disabled={doing.busy}>
            Change
          </button>
        </div>
        <Said doing={doing} />
      </form>
    </Panel>
  );
}

interface Response {
  readonly command: string;
  readonly status: 'ok' | 'error' | 'timeout';
  readonly result?: Json;
  readonly error?: Json;
}

function CommandForm({ channel }: { readonly channel: string }) {
  const { api } = useSession();
  const doing = useDoing();
  const [name, setName] = useState('restart');
  const [args, setArgs] = useState('{}');
  const [seconds, setSeconds] = useState('10');
  const [answer, setAnswer] = useState<Response | undefined>(undefined);
  const send = (submit: Event) => {
    submit.preventDefault();
    setAnswer(undefined);
    void doing.run(async () => {
      const timeout = Math.round(Number(seconds) * 1000);
      if (!(timeout >= 1 && timeout <= 15_000)) {
        throw new Error('The time to wait is to be from 0.001 to 15 seconds here.');
      }
      const begun = performance.now();
      const response: Response = await api.post(`channels/${segment(needChannel(channel))}/commands`, {
        name: name.trim(),
        args: parse(args, 'The arguments'),
        timeout_ms: timeout,
      });
      setAnswer(response);
      const took = duration(performance.now() - begun);
      if (response.status === 'ok') {
        return `Done in ${took}.`;
      }
      throw new Error(
        response.status === 'timeout'
          ? `No answer within ${seconds} s. It may have been carried out or not: look before you try again.`
          : `The handler answered after ${took} that it failed.`,
      );
    });
  };
  const shown = answer && (answer.status === 'ok' ? answer.result : answer.error);
  return (
    <Panel title="Give a command">
      <form class="form" onSubmit={send} autocomplete="off">
        <div class="pair">
          <TextField label="Name" class="mono" required value={name} onText={setName} />
          <TextField label="Wait at most, in seconds" inputMode="decimal" value={seconds} onText={setSeconds} />
        </div>
        <TextArea label="Arguments, as JSON" value={args} rows={3} onText={setArgs} />
        <div class="actions start">
          <button class="primary" type="submit" disabled={doing.busy}>
            {doing.busy ? 'Waiting …' : 'Give'}
          </button>
        </div>
        <Said doing={doing} />
        {shown !== undefined && <pre class="answer">{pretty(shown, 20_000)}</pre>}
      </form>
    </Panel>
  );
}
