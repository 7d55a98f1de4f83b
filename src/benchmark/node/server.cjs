// A fan-out server on Node, as its libraries' users write it: node server.cjs ws|socketio PORT
// Subscribe by a WebSocket to /subscribe/CHANNEL (ws), or with ?channel=CHANNEL (socketio); POST /publish/CHANNEL.
const http = require('node:http');

const [, , kind, port] = process.argv;
const PUBLISH = '/publish/';
const SUBSCRIBE = '/subscribe/';

function bodyOf(request, done) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => done(Buffer.concat(chunks)));
}

const server = http.createServer((request, response) => {
  if (request.method !== 'POST' || !request.url.startsWith(PUBLISH)) {
    response.writeHead(404).end();
    return;
  }
  bodyOf(request, (body) => {
    publish(decodeURIComponent(request.url.slice(PUBLISH.length)), body);
    response.writeHead(202, { 'Content-Length': 0 }).end();
  });
});
server.requestTimeout = 0;
server.keepAliveTimeout = 0;

const publish = kind === 'ws' ? withWs() : withSocketIo();
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });

function withWs() {
  const { WebSocketServer } = require('ws');
  const channels = new Map();
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
    const channel = decodeURIComponent(request.url.slice(SUBSCRIBE.length));
    if (!channels.has(channel)) channels.set(channel, new Set());
    channels.get(channel).add(socket);
    socket.on('close', () => channels.get(channel).delete(socket));
    socket.on('error', () => {});
  });
  return (channel, body) => {
    for (const socket of channels.get(channel) ?? []) socket.send(body, { binary: false });
  };
}

function withSocketIo() {
  const { Server } = require('socket.io');
  const io = new Server(server, { transports: ['websocket'], serveClient: false });
  io.on('connection', (socket) => {
    socket.join(socket.handshake.query.channel);
    socket.emit('subscribed');
  });
  return (channel, body) => io.to(channel).emit('message', JSON.parse(body));
}
