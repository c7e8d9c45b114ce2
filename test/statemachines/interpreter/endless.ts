import { createStepFunctions } from '../../../infra/local/step-functions/provider.ts';

/** Runs executions in a folder without end, some of which wait, and prints their ARNs: a process to be killed. */
const [, , folder = ''] = process.argv;
const service = createStepFunctions({
  region: 'us-east-1',
  accountId: '000000000000',
  lambdaEndpoint: () => 'http://127.0.0.1:1',
  folder,
});
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Turn',
  States: {
    Turn: { Type: 'Choice', Choices: [{ Condition: '{% $states.input % 3 = 0 %}', Next: 'Wait' }], Default: 'Go' },
    Go: { Type: 'Pass', End: true },
    Wait: { Type: 'Wait', Seconds: 600, End: true },
  },
};
const stateMachineArn = await service.putStateMachine({ name: 'endless', definition: JSON.stringify(definition) });
for (let count = 0; ; count += 1) {
  const { body } = await service.handle({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': 'AWSStepFunctions.StartExecution' },
    body: Buffer.from(JSON.stringify({ stateMachineArn, name: `run-${count}`, input: String(count) })),
  });
  console.log(JSON.parse(String(body)).executionArn);
  await new Promise(resolve => setTimeout(resolve, 2));
}
