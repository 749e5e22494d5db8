import { parentPort } from 'node:worker_threads';
import { runTask } from './run-task.ts';
import type { Task } from './task.ts';

parentPort?.on('message', (task: Task) => {
  runTask(task, () => parentPort?.postMessage({ ready: true }, [])).then(
    (timing) => parentPort?.postMessage({ timing }, []),
    (error: unknown) => parentPort?.postMessage({ error }, []),
  );
});
