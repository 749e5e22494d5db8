// The other one of the two processes.
import { answerTasks } from './answer-tasks.ts';
import type { Ipc } from './ipc-job.ts';
import { closeLink, openSecond } from './link.ts';
import { runJob } from './run-job.ts';

answerTasks(async (task, ready) => {
  const link = await openSecond(task, process as Ipc);
  try {
    return await runJob(task, link, ready);
  } finally {
    // What was sent before can still be read.
    closeLink(link);
  }
});
