// One of the two processes, and parent of the other one.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Timing } from '../jobs/work.ts';
import { answerTasks } from './answer-tasks.ts';
import { closeLink, openFirst } from './link.ts';
import { runJob } from './run-job.ts';
import { isSignalTask, type Task } from './task.ts';
import { TaskProcess } from './task-process.ts';

/** How long to wait for what the other process has to say where something went wrong here. */
const ERROR_TIMEOUT_MS = 1000;

const COUNTERPART: Readonly<Record<'send' | 'ping', Job>> = { send: 'receive', ping: 'pong' };

const second = new TaskProcess(new URL('./second.ts', import.meta.url));

async function run(task: Task, ready: () => void): Promise<Timing> {
  const counterpart: Task = { ...task, job: COUNTERPART[task.job as 'send' | 'ping'] };
  const { link, other } = await openFirst(task, second.child, () => second.begin(counterpart));
  try {
    const [mine, theirs] = await Promise.all([runJob(task, link, ready), other.timing]);
    // What a signal costs is what it costs the one who gives it.
    if (isSignalTask(task) && task.job === 'send') return mine;
    return { beganMs: mine.beganMs, endedMs: Math.max(mine.endedMs, theirs.endedMs) };
  } catch (error) {
    closeLink(link);
    // Its error is perhaps why there is one here.
    await Promise.race([other.timing, sleep(ERROR_TIMEOUT_MS)]);
    throw error;
  } finally {
    closeLink(link);
  }
}

answerTasks(run, () => second.end());
