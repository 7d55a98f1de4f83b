'use strict';

// One stock client. Is told what to do by lines of JSON on its input, and says by lines of JSON what it hears:
//   {"do": "connect", "url": ..., "payload": {...}}      {"do": "run", "name": ..., "query": ..., "variables": {...}}
//   {"do": "end", "name": ...}                           ends an operation
//   {"do": "drop"}                                       loses its connection, as when a network breaks
// An operation whose variables have a "since" goes on after a break where it was: that is for its user to see to.
const {createRequire} = require('node:module');
const modules = createRequire(process.env.GRAPHQL_CLIENT + '/package.json');
const {createClient} = modules('graphql-ws');
const WebSocket = modules('ws');
const readline = require('node:readline');

let client;
let socket;
const running = new Map();

function say(what) {
  process.stdout.write(JSON.stringify(what) + '\n');
}

const deeds = {
  connect({url, payload}) {
    client = createClient({
      url,
      webSocketImpl: WebSocket,
      connectionParams: payload ?? undefined,
      lazy: false,
      retryAttempts: 20,
      retryWait: async () => new Promise(done => setTimeout(done, 100)),
      shouldRetry: () => true,
      onNonLazyError: error => say({heard: 'given up', code: error.code ?? null, reason: error.reason ?? String(error)}),
      on: {
        connected: (opened, ack) => {
          socket = opened;
          say({heard: 'connected', ack: ack ?? null});
        },
        closed: event => say({heard: 'closed', code: event.code ?? null, reason: event.reason ?? null}),
      },
    });
  },
  run({name, query, variables}) {
    const request = {query, variables};
    const end = client.subscribe(request, {
      next: result => {
        for (const update of Object.values(result.data ?? {})) {
          if (variables?.since && update?.offset && !update.replayed) {
            variables.since = {epoch: update.epoch, offset: update.offset};
          }
        }
        say({heard: 'next', name, ...result});
      },
      error: error => say(Array.isArray(error)
        ? {heard: 'error', name, errors: error}
        : {heard: 'broken', name, code: error.code ?? null, reason: error.reason ?? String(error)}),
      complete: () => say({heard: 'complete', name}),
    });
    running.set(name, end);
  },
  end({name}) {
    running.get(name)();
  },
  drop() {
    socket.terminate();
  },
};

const lines = readline.createInterface({input: process.stdin});
lines.on('line', line => {
  const deed = JSON.parse(line);
  deeds[deed.do](deed);
});
lines.on('close', () => process.exit(0));
say({heard: 'ready'});
