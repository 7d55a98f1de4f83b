'use strict';

// One stock client. Is told what to do by lines of JSON on its input, and says by lines of JSON what it hears:
//   {"do": "connect", "url": ..., "options": {...}}      {"do": "emit", "event": ..., "args": [...]}
//   {"do": "ask", "event": ..., "args": [...]}           emits with an acknowledgement, which comes as {"heard": "ack", ...}
//   {"do": "disconnect"}, {"do": "drop"}                 leaves; or loses its connection, as when a network breaks
const {createRequire} = require('node:module');
const {io} = createRequire(process.env.SOCKET_IO_CLIENT + '/package.json')('socket.io-client');
const readline = require('node:readline');

let socket;

function say(what) {
  process.stdout.write(JSON.stringify(what) + '\n');
}

function transport() {
  return socket.io.engine && socket.io.engine.transport.name;
}

const deeds = {
  connect({url, options}) {
    socket = io(url, {forceNew: true, ...options});
    socket.io.engine?.on('upgrade', () => say({heard: 'upgrade', transport: transport()}));
    socket.on('connect', () => say({heard: 'connect', id: socket.id, transport: transport()}));
    socket.on('connect_error', error => say({heard: 'connect_error', message: error.message, data: error.data ?? null}));
    socket.on('disconnect', reason => say({heard: 'disconnect', reason}));
    socket.onAny((event, ...args) => say({heard: 'event', event, args, transport: transport()}));
  },
  emit({event, args}) {
    socket.emit(event, ...args);
  },
  ask({event, args}) {
    socket.timeout(20000).emit(event, ...args, (error, ...answers) => say(error
      ? {heard: 'ack', event, error: String(error)}
      : {heard: 'ack', event, answer: answers[0]}));
  },
  bytes({event}) {
    socket.timeout(20000).emit(event, {text: Buffer.from('bytes')}, (error, answer) =>
      say({heard: 'ack', event, answer: answer ?? null}));
  },
  drop() {
    socket.io.engine.close();
  },
  disconnect() {
    socket.disconnect();
  },
};

const lines = readline.createInterface({input: process.stdin});
lines.on('line', line => {
  const deed = JSON.parse(line);
  deeds[deed.do](deed);
});
lines.on('close', () => process.exit(0));
say({heard: 'ready'});
