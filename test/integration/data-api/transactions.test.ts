import {
  BeginTransactionCommand,
  CommitTransactionCommand,
  RollbackTransactionCommand,
} from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DataApiFixture, refusalOf, startDataApi } from '../../support/data-api.ts';

let api: DataApiFixture;

beforeAll(async () => {
  api = await startDataApi({ limits: { transactionIdleMs: 400, statementMs: 5_000 } });
  await api.execute('create table kept (id int primary key)');
});
afterAll(() => api.close());
beforeEach(() => api.execute('truncate kept'));

async function begin(): Promise<string> {
  const { transactionId = '' } = await api.client.send(new BeginTransactionCommand(api.target));
  return transactionId;
}
const commit = (transactionId: string) =>
  api.client.send(new CommitTransactionCommand({ ...api.target, transactionId }));
const rollback = (transactionId: string) =>
  api.client.send(new RollbackTransactionCommand({ ...api.target, transactionId }));

async function countKept(): Promise<number | undefined> {
  const { records } = await api.execute('select count(*) from kept');
  return records?.[0]?.[0]?.longValue;
}

describe('transactions', () => {
  test('show their changes to others once they are committed', async () => {
    const transactionId = await begin();
    await api.execute('insert into kept values (1)', { transactionId });
    const before = await countKept();
    const { transactionStatus } = await commit(transactionId);
    const after = await countKept();

    expect(transactionStatus).toBe('Transaction Committed');
    expect([before, after]).toEqual([0, 1]);
  });

  test('undo their changes when they are rolled back', async () => {
    const transactionId = await begin();
    await api.execute('insert into kept values (1)', { transactionId });
    const { transactionStatus } = await rollback(transactionId);

    expect(transactionStatus).toBe('Rollback Complete');
    expect(await countKept()).toBe(0);
  });

  test('are gone once they have ended', async () => {
    const transactionId = await begin();
    await commit(transactionId);
    const refusal = await refusalOf(api.execute('select 1', { transactionId }));

    expect(refusal).toEqual({
      name: 'TransactionNotFoundException',
      message: `Transaction ${transactionId} isn't found. One previous call resulted in a termination of your transaction.`,
      status: 404,
    });
  });

  test('are unknown by any other id', async () => {
    const refusal = await refusalOf(commit('nonsense'));

    expect(refusal.message).toBe("Transaction nonsense isn't found. Transaction may be expired.");
  });

  test('roll back by themselves when nobody uses them', async () => {
    const transactionId = await begin();
    await api.execute('insert into kept values (1)', { transactionId });

    await expect
      .poll(() => countKeptOrLocked(transactionId), { timeout: 3_000, interval: 100 })
      .toContain('Transaction may be expired.');
    expect(await countKept()).toBe(0);
  });

  /** Looks without touching: a call that is refused does not prolong the transaction. */
  async function countKeptOrLocked(transactionId: string): Promise<string> {
    const { records } = await api.execute("select count(*) from pg_stat_activity where state = 'idle in transaction'");
    if (records?.[0]?.[0]?.longValue !== 0) return 'still open';
    return (await refusalOf(api.execute('select 1', { transactionId }))).message;
  }

  test('stay open as long as they are used', async () => {
    const transactionId = await begin();
    for (let second = 0; second < 6; second += 1) {
      await new Promise(resolve => setTimeout(resolve, 100));
      await api.execute('select 1', { transactionId });
    }

    await expect(commit(transactionId)).resolves.toBeDefined();
  });

  test('refuse a second statement while one runs', async () => {
    const transactionId = await begin();
    const slow = api.execute('select pg_sleep(0.3)', { transactionId });
    await new Promise(resolve => setTimeout(resolve, 100));
    const refusal = await refusalOf(api.execute('select 1', { transactionId }));
    await slow;
    await rollback(transactionId);

    expect(refusal).toEqual({
      name: 'DatabaseErrorException',
      message: 'Transaction is still running a query',
      status: 400,
    });
  });

  test('take nothing more after an error, and can be rolled back', async () => {
    const transactionId = await begin();
    await refusalOf(api.execute('select 1 / 0', { transactionId }));
    const next = await refusalOf(api.execute('select 1', { transactionId }));
    const { transactionStatus } = await rollback(transactionId);

    expect(next.message).toMatch(/isn't found\. Transaction has been aborted due to an error from a previous call\.$/);
    expect(transactionStatus).toBe('Rollback Complete');
  });

  test('cannot be committed after an error', async () => {
    const transactionId = await begin();
    await api.execute('insert into kept values (1)', { transactionId });
    await refusalOf(api.execute('select 1 / 0', { transactionId }));
    const refusal = await refusalOf(commit(transactionId));

    expect(refusal.name).toBe('TransactionNotFoundException');
    expect(await countKept()).toBe(0);
  });

  test('go back to a savepoint after an error', async () => {
    const transactionId = await begin();
    await api.execute('insert into kept values (1)', { transactionId });
    await api.execute('savepoint here', { transactionId });
    await refusalOf(api.execute('insert into kept values (1)', { transactionId }));
    await api.execute('rollback to here', { transactionId });
    await commit(transactionId);

    expect(await countKept()).toBe(1);
  });

  test('keep what they set to themselves', async () => {
    const transactionId = await begin();
    await api.execute("set application_name = 'mine'", { transactionId });
    const during = await api.execute('show application_name', { transactionId });
    await commit(transactionId);
    const next = await begin();
    const after = await api.execute('show application_name', { transactionId: next });
    await rollback(next);

    expect(during.records).toEqual([[{ stringValue: 'mine' }]]);
    expect(after.records).not.toEqual(during.records);
  });

  test('end with the connection when PostgreSQL ends it', async () => {
    const transactionId = await begin();
    const { records } = await api.execute('select pg_backend_pid()', { transactionId });
    await api.execute(`select pg_terminate_backend(${records?.[0]?.[0]?.longValue})`);

    await expect
      .poll(async () => (await refusalOf(api.execute('select 1', { transactionId }))).message)
      .toContain('Transaction has been aborted');
  });

  test('tell of an error at the end', async () => {
    await api.execute('create table late (id int, constraint one unique (id) deferrable initially deferred)');
    const transactionId = await begin();
    await api.execute('insert into late values (1), (1)', { transactionId });
    const refusal = await refusalOf(commit(transactionId));

    expect(refusal.message).toMatch(/^ERROR: duplicate key .*; Detail: .*; SQLState: 23505$/);
  });
});
