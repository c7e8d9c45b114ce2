import { runCommand } from '../cli/run.ts';
import { createStopSignal } from '../cli/stop-signal.ts';
import { replay } from './command.ts';

process.exit(await runCommand(replay, process.argv.slice(2), createStopSignal()));
