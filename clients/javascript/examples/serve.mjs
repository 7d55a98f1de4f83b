// Serves the pages beside it and, at the same address, the service: pages and API of one origin need no CORS.
import { context } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { passTo } from './proxy.mjs';

const PAGES = ['index', 'devices', 'projects', 'chat', 'tokens'];
const SCRIPTS = ['devices.jsx', 'projects.jsx', 'chat.js', 'tokens.js'];
const service = new URL(process.env.TIDINGS_URL ?? 'http://127.0.0.1:8080');
const here = new URL('.', import.meta.url);
const proxy = passTo(service);

const bundler = await context({
  entryPoints: SCRIPTS,
  absWorkingDir: fileURLToPath(here),
  outdir: 'out',
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  jsx: 'automatic',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
});

/** What is shown is made anew each time: change an example, and load its page again. */
async function page(name) {
  if (name.endsWith('.js')) {
    const { outputFiles } = await bundler.rebuild();
    return { type: 'text/javascript', body: outputFiles.find(({ path }) => path.endsWith(`/${name}`))?.text };
  }
  if (name === 'style.css') {
    return { type: 'text/css', body: await readFile(new URL(name, here)) };
  }
  return PAGES.includes(name) ? { type: 'text/html', body: await readFile(new URL(`${name}.html`, here)) } : {};
}

const server = createServer(async (from, to) => {
  try {
    const { type, body } = await page(new URL(from.url, service).pathname.slice(1) || 'index');
    if (body) {
      to.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' }).end(body);
    } else {
      proxy.request(from, to);
    }
  } catch (error) {
    to.writeHead(500).end(String(error));
  }
});
server.on('upgrade', proxy.upgrade);
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`The examples are at http://127.0.0.1:${server.address().port}/, with the service at ${service}`);
});
