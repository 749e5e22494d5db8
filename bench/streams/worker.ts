import { answerTasks } from '../jobs/task-worker.ts';
import { runSide } from './run-side.ts';

answerTasks(runSide);
