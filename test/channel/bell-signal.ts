import { Channel, FlatRingMem, Queue, Signal, type SignalSource } from '../../src/index.ts';
import { END_OPEN } from '../../src/channel/signal.ts';

/** A doorbell for one thread: who blocks at it runs what the others would do meanwhile. */
export class Bell implements SignalSource {
  rings = 0;
  readonly meanwhile: (() => void)[] = [];

  count(): number {
    return this.rings;
  }

  waitSync(seen: number): boolean {
    if (this.rings === seen) this.meanwhile.shift()?.();
    return this.rings !== seen;
  }
}

class BellSignal extends Signal {
  override readonly source: Bell;
  peer: BellSignal | null = null;
  signals = 0;

  constructor(states: Int32Array, own: 0 | 1, source: Bell) {
    super(states, own);
    this.source = source;
  }

  override notify(): void {
    this.peer!.signals++;
    this.peer!.source.rings++;
  }

  override count(): number {
    return this.signals;
  }

  override listen(): void {}

  override unlisten(): void {}

  override waitSync(seen: number): boolean {
    return seen !== this.signals;
  }
}

/** Two queues, each of whose ends waits at its own of these. */
export function bellQueues(ours: Bell, theirs: Bell): [Queue, Queue] {
  const states = Int32Array.of(END_OPEN, END_OPEN);
  const first = new BellSignal(states, 0, ours);
  const second = new BellSignal(states, 1, theirs);
  first.peer = second;
  second.peer = first;
  const [a, b] = [new FlatRingMem(4096), new FlatRingMem(4096)];
  return [
    new Queue(new Channel({ incoming: a, outgoing: b, signal: first })),
    new Queue(new Channel({ incoming: b, outgoing: a, signal: second })),
  ];
}
