// The packaged service in a process of its own, and a proxy before it whose connections can be cut.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SECRET = 'of-the-tests-of-the-javascript-client-alone';
const READY_MS = 60_000;

export class Service {
  #directory = mkdtempSync(join(tmpdir(), 'tidings-js-'));
  #output = '';

  static async start(jar, settings = {}) {
    const service = new Service();
    service.jar = jar;
    service.settings = settings;
    service.port = await freePort();
    await service.launch();
    return service;
  }

  /** Starts it, again after `stop`, with the same log and port. */
  async launch() {
    const settings = {
      'quarkus.http.port': this.port,
      'tidings.auth.secret': SECRET,
      'tidings.log.backend': 'sqlite',
      'tidings.log.file': join(this.#directory, 'log.db'),
      'tidings.pollers.tmux.enabled': false,
      'tidings.pollers.host.enabled': false,
      'tidings.drain': '1s',
      ...this.settings,
    };
    const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
    const given = Object.entries(settings).filter(([, value]) => value !== undefined);
    const options = given.map(([name, value]) => `-D${name}=${value}`);
    this.process = spawn(java, ['-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', ...options, '-jar', this.jar]);
    this.process.stdout.on('data', (data) => (this.#output += data));
    this.process.stderr.on('data', (data) => (this.#output += data));
    for (const end = Date.now() + READY_MS; ; ) {
      const ready = await fetch(`http://127.0.0.1:${this.port}/q/health/ready`).catch(() => ({ ok: false }));
      if (ready.ok) {
        return;
      }
      if (this.process.exitCode !== null || Date.now() > end) {
        throw new Error(`the service did not start:\n${this.#output}`);
      }
      await new Promise((again) => setTimeout(again, 50));
    }
  }

  async stop(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, 'exit');
      this.process.kill(signal);
      await exit;
    }
  }

  async end() {
    await this.stop('SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A token of this subject that is good for so many seconds. */
export function token(subject, seconds = 3600, permissions = ['*:*']) {
  const part = (content) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const exp = Math.ceil(Date.now() / 1000 + seconds);
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: subject, exp, permissions })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

export class Proxy {
  #sockets = new Set();

  static async before(service) {
    const proxy = new Proxy();
    proxy.server = createServer((near) => {
      const far = connect(service.port, '127.0.0.1');
      for (const [one, other] of [[near, far], [far, near]]) {
        proxy.#sockets.add(one);
        one.on('error', () => {});
        one.on('close', () => {
          proxy.#sockets.delete(one);
          other.destroy();
        });
        one.pipe(other);
      }
    });
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  cut() {
    this.#sockets.forEach((socket) => socket.resetAndDestroy());
  }

  end() {
    this.#sockets.forEach((socket) => socket.destroy());
    this.server.close();
  }
}

/** A free port below those of outgoing connections, one of which could take it while the service restarts. */
async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = 10_000 + Math.floor(Math.random() * 1_000);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(() => true, () => false);
    server.close();
    if (free) {
      await once(server, 'close');
      return port;
    }
  }
  throw new Error('no port is free');
}
