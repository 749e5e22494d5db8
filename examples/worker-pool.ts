/**
 * A pool of workers that share one queue of tasks. Every worker has a channel of its own; the main thread waits at one doorbell for
 * all of them, and gives the next task to whoever has room: nobody waits behind a slow one.
 *
 *     npm run example examples/worker-pool.ts
 */
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import {
  ChannelSet,
  type ChannelHandle,
  createChannelPair,
  createDoorbell,
  jsonCodec,
  MessagePipe,
  openChannel,
  openDoorbell,
  TypedPipe,
  watchWorker,
} from 'vmbus-ring';

const WORKERS = 3;
const TASKS = 600;

/** Tasks that a worker has at a time: one to do, one that it finds when it is done. */
const AHEAD = 2;

interface Task {
  readonly id: number;
  readonly limit: number;
}

interface Result {
  readonly id: number;
  readonly primes: number;
}

/** A worker, as the main thread sees it. */
interface Member {
  readonly tasks: TypedPipe<Task>;
  readonly results: TypedPipe<Result>;
  done: number;
}

function countPrimes(limit: number): number {
  let primes = 0;
  for (let n = 2; n < limit; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) primes++;
  }
  return primes;
}

/** What a worker does: blocks until there is a task, and says what came out of it. It ends when the pool closes. */
function work(handle: ChannelHandle): void {
  const pipe = new MessagePipe(openChannel(handle));
  const tasks = new TypedPipe(pipe, jsonCodec<Task>());
  const results = new TypedPipe(pipe, jsonCodec<Result>());
  for (;;) {
    const { id, limit } = tasks.receiveSync();
    results.sendSync({ id, primes: countPrimes(limit) });
  }
}

async function main(): Promise<void> {
  const doorbell = openDoorbell(createDoorbell(WORKERS));
  const set = new ChannelSet<Member>();
  const workers: Worker[] = [];
  const members: Member[] = [];
  let next = 0;
  const give = ({ tasks }: Member): void => {
    if (next < TASKS && tasks.trySend({ id: next, limit: (next * 37) % 2000 })) next++;
  };
  for (let i = 0; i < WORKERS; i++) {
    const [ours, theirs] = createChannelPair({ ringBytes: 4096, doorbells: [doorbell, null] });
    const worker = new Worker(new URL(import.meta.url));
    workers.push(worker);
    watchWorker(worker, theirs);
    worker.postMessage(theirs);
    const pipe = new MessagePipe(openChannel(ours, { doorbell }));
    const member: Member = {
      tasks: new TypedPipe(pipe, jsonCodec<Task>()),
      results: new TypedPipe(pipe, jsonCodec<Result>()),
      done: 0,
    };
    members.push(member);
    set.add(pipe, member);
    for (let ahead = 0; ahead < AHEAD; ahead++) give(member);
  }
  const results = new Map<number, number>();
  while (results.size < TASKS) {
    for (const { value: member } of await set.wait()) {
      for (let result = member.results.tryReceive(); result !== null; result = member.results.tryReceive()) {
        results.set(result.id, result.primes);
        member.done++;
        give(member);
      }
    }
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  for (const { tasks } of members) tasks.close();
  if (results.get(599) !== countPrimes((599 * 37) % 2000)) throw new Error('a result is wrong');
  console.log(`${TASKS} tasks done, by worker: ${members.map(({ done }) => done).join(', ')}`);
}

if (isMainThread) await main();
else parentPort?.once('message', work);
