// What a reverse proxy does in production: passes calls and WebSockets on, headers and all. The service looks at `Host` and `Origin`,
// which stay those of the page.
import { request } from 'node:http';

/** Listeners for `request` and `upgrade` of a server, which pass on to the service. */
export function passTo(service) {
  const call = ({ method, url: path, headers }) => request({ host: service.hostname, port: service.port || 80, method, path, headers });
  return {
    request(from, to) {
      const passed = call(from);
      passed.on('response', (answer) => {
        to.writeHead(answer.statusCode, answer.headers);
        answer.on('error', () => to.destroy()).pipe(to);
      });
      passed.on('error', () => (to.headersSent ? to.destroy() : to.writeHead(502).end()));
      to.on('close', () => passed.destroy());
      from.pipe(passed);
    },

    upgrade(from, socket) {
      const passed = call(from);
      const over = () => (passed.destroy(), socket.destroy());
      socket.on('error', over).on('close', over);
      passed.on('error', over).on('response', over);
      passed.on('upgrade', ({ rawHeaders }, there, first) => {
        const lines = rawHeaders.map((one, i) => one + (i % 2 ? '\r\n' : ': ')).join('');
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
        socket.write(first);
        there.on('error', over).on('close', over);
        there.pipe(socket).pipe(there);
      });
      passed.end();
    },
  };
}
