import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Act, type Call, type Faults, startFaults } from '../support/faults.ts';
import { startTestRuntime, type TestRuntime } from '../support/runtime.ts';

let faults: Faults;
let runtime: TestRuntime;
beforeAll(async () => {
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  faults = await startFaults();
  runtime = await startTestRuntime({ faults });
});
afterAll(() => runtime.stop());

const resume: Act = async () => ({
  status: 400,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'DatabaseResumingException' },
  body: JSON.stringify({ message: 'The Aurora DB instance is resuming after being auto-paused.' }),
});

const isSql = ({ operation }: Call) => operation !== 'Invoke';

test('a request that waits for a resuming database counts once, however often it asks', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  faults.intercept(isSql, resume, 2);

  const { status } = await runtime.api('GET', '/deployments');

  const lines = write.mock.calls.map(([text]) => String(text)).filter(text => text.startsWith('{"_aws"'));
  write.mockRestore();
  expect(status).toBe(200);
  expect(lines.map(line => JSON.parse(line))).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'ServiceManager',
            Dimensions: [['environment']],
            Metrics: [{ Name: 'DatabaseResuming', Unit: 'Count' }],
          },
        ],
      },
      environment: 'local',
      DatabaseResuming: 1,
    },
  ]);
});
