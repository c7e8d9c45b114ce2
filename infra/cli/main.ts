import { runCommandLine } from './run.ts';
import { createStopSignal } from './stop-signal.ts';

const code = await runCommandLine(process.argv.slice(2), createStopSignal());
// A program that was installed and runs on may hold our pipes open: end all the same.
process.exit(code);
