import pg from 'pg';

/** Any number that no one else takes for an advisory lock. */
const CLAIM = 4_711_207_611;
/** A killed predecessor's claim ends with its connection, which the server may take a moment to notice. */
const WAIT_MS = 1_500;
const RETRY_MS = 1_000;
const CONNECT_MS = 10_000;

/** Another live runtime has the database. */
export class InUseError extends Error {}

/** The right of one runtime to use a database; PostgreSQL ends it when the runtime dies, however it dies. */
export interface Claim {
  /**
   * Gives it up. @param whileHeld what to do before anyone else can have it.
   */
  release(whileHeld?: () => Promise<void>): Promise<void>;
}

/**
 * Claims a database for this process, for as long as it lives: two runtimes would each run the other's releases as well.
 * @param url of a database that is the same for all runtimes which must not meet
 * @param place what is in use then, in words
 * @throws InUseError, or what happens to a connection when the server is just being stopped.
 */
export async function claimDatabase(
  url: string,
  place: string,
  log: (line: string) => void = () => undefined,
): Promise<Claim> {
  let released = false;
  let isReported = false;
  let client = await hold(url, place);
  const watch = (held: pg.Client): void => {
    held.on('error', () => undefined);
    held.once('end', () => {
      if (!released) setTimeout(renew, RETRY_MS).unref();
    });
  };
  // PostgreSQL ends all sessions when one of its processes crashes, and goes on.
  const renew = async (): Promise<void> => {
    if (released) return;
    try {
      client = await hold(url, place);
      watch(client);
      isReported = false;
      if (released) await client.end();
    } catch (error) {
      if (!isReported) log(`PostgreSQL is lost: ${error instanceof Error ? error.message : error}`);
      isReported = true;
      if (!released) setTimeout(renew, RETRY_MS).unref();
    }
  };
  watch(client);
  return {
    release: async whileHeld => {
      released = true;
      await whileHeld?.();
      await client.end().catch(() => undefined);
    },
  };
}

async function hold(url: string, place: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `service-manager ${process.pid}`,
    lock_timeout: WAIT_MS,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [CLAIM]);
    return client;
  } catch (error) {
    const owner = await findOwner(client).catch(() => 'another process');
    await client.end();
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new InUseError(`${place} is in use by ${owner}: stop that one, or choose another`);
  }
}

async function findOwner(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `select a.application_name from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and a.datname = current_database()
       and (l.classid::bigint << 32) + l.objid::bigint = $1`,
    [CLAIM],
  );
  const pid = rows[0]?.application_name.split(' ')[1];
  return pid ? `another Service Manager (process ${pid})` : 'another process';
}
