import { answerTasks } from '../jobs/task-worker.ts';
import { runTask } from './run-task.ts';

answerTasks(runTask);
