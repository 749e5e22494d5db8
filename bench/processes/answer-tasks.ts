import type { Timing } from '../jobs/work.ts';
import type { Task } from './task.ts';
import { type Answer, isPayload } from './task-process.ts';

/** Does the tasks that the parent process sends, by `run`, which calls `ready` when the other side may begin; until the parent goes. */
export function answerTasks(
  run: (task: Task, ready: () => void) => Promise<Timing>,
  end: () => Promise<void> = () => Promise.resolve(),
): void {
  if (process.send === undefined) throw new Error('this is a part of the benchmark, which starts it');
  // A parent that is gone needs no answer.
  const answer = (message: Answer): void => void process.send?.(message, undefined, undefined, () => {});
  process.on('message', (task: Task | Uint8Array | Uint8Array[]) => {
    if (isPayload(task)) return;
    run(task, () => answer({ ready: true })).then(
      (timing) => answer({ timing }),
      (error: unknown) => answer({ error }),
    );
  });
  // Whatever is under way has nobody left to do it for.
  process.once('disconnect', () => void end().then(() => process.exit()));
}
