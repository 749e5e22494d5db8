import { measureKinds } from './measure.ts';
import type { MemoryKind } from './memories.ts';

/** One process of the benchmark: measures the kinds that its arguments name and prints the cells as JSON. */
const [kinds = '', rounds = '', cellMs = ''] = process.argv.slice(2);
const cells = await measureKinds(kinds.split(',') as MemoryKind[], { rounds: Number(rounds), cellMs: Number(cellMs) });
process.stdout.write(JSON.stringify(cells));
