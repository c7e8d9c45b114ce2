#!/usr/bin/env node
import { runCommandLine } from './run.ts';

const stop = new AbortController();
// Once: a second Ctrl-C ends the program at once.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());

const code = await runCommandLine(process.argv.slice(2), stop.signal);
// A program that was installed and runs on may hold our pipes open: end all the same.
process.exit(code);
