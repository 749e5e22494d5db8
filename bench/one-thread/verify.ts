import assert from 'node:assert/strict';

/** Something that moves bytes from one array of the caller's to another. */
export interface Exchange {
  readonly source: Uint8Array;
  readonly target: Uint8Array;
  /** One batch there and back. */
  run(): void;
}

/** The payload of every packet, but for its first 8 bytes. */
export function payload(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (i * 31 + 7) & 0xff);
}

/** Runs batches by the code that is timed, each with other bytes, and checks that they arrive. */
export function verify(exchange: Exchange, batches: number): void {
  const { source, target } = exchange;
  for (let i = 0; i < batches; i++) {
    source.fill(i & 0xff, 0, 8);
    target.fill(0);
    exchange.run();
    assert.deepEqual(target, source);
  }
}
