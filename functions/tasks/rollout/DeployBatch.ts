import { beginBatch } from '#data/workflow.ts';
import { waitingTask } from '../waiting-task.ts';

export const handler = waitingTask(beginBatch);
