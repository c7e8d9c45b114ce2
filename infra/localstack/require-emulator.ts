import { madeUpAccount } from '../place.ts';
import { callAws } from './call-aws.ts';
import type { Emulator } from './emulator.ts';

/**
 * Makes sure that an emulator answers there, by asking it who we are.
 * @throws when nothing answers, or what does takes no made-up credentials
 */
export async function requireEmulator(emulator: Emulator): Promise<void> {
  const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
  const identity = await callAws(emulator, { service: 'sts', method: 'POST', body }).catch((error: Error) => {
    const { cause } = error;
    throw new Error(
      `No emulator of AWS answers at ${emulator.url}: ${cause instanceof Error ? cause.message : error.message}`,
    );
  });
  if (!identity.includes(madeUpAccount.accountID)) {
    throw new Error(`What answers at ${emulator.url} is no emulator with the account ${madeUpAccount.accountID}.`);
  }
}
