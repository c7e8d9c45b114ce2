#!/usr/bin/env node
// Plain JavaScript, so that an older Node can still say what is wrong, and so that the compiled form of the rest is
// kept: the program then starts in 75 ms instead of 195 and takes 35 MB instead of 60, because nothing loads the
// compiler for TypeScript.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

if (!process.features.typescript) {
  console.error(
    `service-manager needs Node 24, not ${process.version}: run it by "npx service-manager", which has its own`,
  );
  process.exit(1);
}
// Not in the system's temporary folder, where others could put their own code in.
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compile', import.meta.url)));
await import('./main.ts');
