import { parseArgs } from 'node:util';
import { startHost } from './host.ts';
import { sendLoad } from './load.ts';

/** Instances with real metrics, and the users that they serve: `main.ts --folder F --rate 20 checkout/checkout-01 …` */
const { values, positionals } = parseArgs({
  options: { folder: { type: 'string', default: '.' }, rate: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const host = await startHost(values.folder, positionals);
for (const instance of positionals) sendLoad(host.urlOf(instance), Number(values.rate));
console.log(`serves at ${host.urlOf('')}`);
