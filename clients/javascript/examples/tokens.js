// A conversation with a language model: its tokens as they come, and all of them again for whoever opens the page later, or
// anywhere else. clients/python/examples/model.py speaks at the other end.
import { createClient } from '@tidings/client';
import { token } from './quick-start.js';

const conversation = `conversation:${location.hash.slice(1) || 'demo'}`;
// Tokens come fast: what the service has within 50 ms comes in one frame.
const client = createClient({ token, batchMs: 50 });
const turns = document.getElementById('turns');
const answers = new Map();

client.subscribe(conversation, { since: { last: 1000 } }, {
  message: ({ event, cause, payload }) => {
    if (event === 'asked') {
      paragraph().textContent = `> ${payload.text}`;
    } else if (event === 'token') {
      // The command that asked is the cause of each token: two answers at once do not get mixed up.
      answers.set(cause, answers.get(cause) ?? paragraph());
      answers.get(cause).append(payload.text);
    }
  },
  reset: () => (paragraph().textContent = '…'),
  error: (error) => (paragraph().textContent = error.message),
});

function paragraph() {
  const made = document.createElement('p');
  made.className = 'turn';
  turns.append(made);
  return made;
}

document.getElementById('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const field = document.getElementById('text');
  const text = field.value;
  field.value = '';
  try {
    const { status, error } = await client.command('agent:model', 'answer', { conversation, text }, { timeoutMs: 60_000 });
    if (status !== 'ok') {
      paragraph().textContent = `No answer: ${error?.message ?? status}`;
    }
  } catch (error) {
    paragraph().textContent = `No answer: ${error.message}`;
  }
});
