import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import wabt from 'wabt';
import { ROOT } from './project.ts';

const SOURCE = 'src/wasm/ring-calls.wat';

/** The module that holds what {@link SOURCE} is compiled to. */
export const RING_CALLS_MODULE: string = join(ROOT, 'src/wasm/ring-calls-bytes.ts');

/** What that module has to be: the compiled bytes as text. */
export async function ringCallsModule(): Promise<string> {
  const { parseWat } = await wabt();
  const features = { threads: true, simd: true, bulk_memory: true };
  const source = parseWat(SOURCE, readFileSync(join(ROOT, SOURCE), 'utf8'), features);
  try {
    const { buffer } = source.toBinary({ write_debug_names: false });
    const text = Buffer.from(buffer)
      .toString('base64')
      .match(/.{1,100}/g)!;
    const lines = text.map((line, i) => `  '${line}'${i === text.length - 1 ? ';' : ' +'}`);
    return [
      `/** \`${SOURCE.slice('src/wasm/'.length)}\`, ${buffer.length} bytes of WebAssembly, in base64: made by \`npm run wasm\`. */`,
      'export const RING_CALLS: string =',
      ...lines,
      '',
    ].join('\n');
  } finally {
    source.destroy();
  }
}
