// Compiles src/engine/adam.wat into src/engine/adam-wasm.ts; with --check compares instead of writing.
import { readFileSync, writeFileSync } from 'node:fs';
import loadWabt from 'wabt';

const source = new URL('../src/engine/adam.wat', import.meta.url);
const target = new URL('../src/engine/adam-wasm.ts', import.meta.url);
const wabt = await loadWabt();
// A quarter of the time goes into the loop itself where it is not unrolled, and the language cannot say it.
const unrolled = readFileSync(source, 'utf8').replace(/;; four times:\n([\s\S]*?);; so far\n/, '$1$1$1$1');
const compiled = wabt.parseWat('adam.wat', unrolled, { simd: true, threads: true });
const base64 = Buffer.from(compiled.toBinary({}).buffer).toString('base64');
const text = `// Generated from adam.wat by \`npm run generate:adam\`; do not edit.
/** The WebAssembly module of adam.wat, in base64. */
export const adamWasm =
  '${base64}';
`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/engine/adam-wasm.ts is not what src/engine/adam.wat compiles to; run `npm run generate:adam`');
  process.exit(1);
}
