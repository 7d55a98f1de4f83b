// A chat: a room is a channel, and being in it is being subscribed.
import { createClient } from '@tidings/client';
import { token } from './quick-start.js';

const client = createClient({ token });
const element = (id) => document.getElementById(id);
let room;

function enter(name) {
  room?.unsubscribe();
  element('room').textContent = name;
  element('said').replaceChildren();
  // What was said last comes first, then what is said now; and after a lost connection what was said meanwhile.
  room = client.subscribe(`room:${name}`, { since: { last: 50 }, presence: true }, {
    message: ({ payload }) => show(`${payload.from}: ${payload.text}`),
    reset: () => show('… (what was said before is not kept any more)'),
    joined: count,
    left: count,
    error: (error) => show(`You cannot be in ${name}: ${error.message}`),
  });
  room.ready.then(count, () => {});
}

async function count() {
  const { channel } = room;
  const here = await client.presence(channel).catch(() => undefined);
  if (here && channel === room.channel) {
    element('status').textContent = here.count === 1 ? 'nobody else is here' : `${here.count} are here`;
  }
}

function show(line) {
  const item = document.createElement('li');
  item.textContent = line;
  element('said').append(item);
}

client.onConnection(({ state }) => {
  if (state === 'connected') {
    count();
  } else {
    element('status').textContent = 'not connected; what you say now is said later';
  }
});

element('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = element('text').value;
  element('text').value = '';
  try {
    // Waits for a connection where there is none, and is stored once however often it has to be sent.
    await client.publish(room.channel, 'chat.said', { from: element('name').value, text });
  } catch (error) {
    show(`Not said: ${text} (${error.message})`);
  }
});

const chosen = () => location.hash.slice(1) || 'lobby';
addEventListener('hashchange', () => enter(chosen()));
enter(chosen());
