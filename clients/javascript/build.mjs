// One minified file for pages without a bundler; what only the fallback to plain HTTP needs is a file beside it.
import { build } from 'esbuild';

await build({
  entryPoints: { 'tidings.min': 'dist/index.js' },
  outdir: 'dist',
  chunkNames: 'tidings.[name].min',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  logLevel: 'warning',
});
