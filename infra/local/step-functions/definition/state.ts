/** One state: its type, its query language, its fields, and what they say together. */

import { allowOneOf, checkFields, type Language, requireFields, requireOneOf, type Scope } from './fields.ts';
import { isObject, type JsonObject } from './json.ts';
import { checkLanguage, languageOf } from './query-language.ts';
import { checkArguments } from './resources.ts';
import { STATE_FIELDS, STATE_TYPES, type StateType } from './states.ts';
import { isDynamic } from './templates.ts';

export function checkState(state: unknown, at: string, machine: Pick<Scope, 'report' | 'language'>): void {
  const { report } = machine;
  if (!isObject(state)) {
    report.schema('Expected value of type [OBJECT]', at);
    return;
  }
  const type = state['Type'];
  if (!Object.hasOwn(state, 'Type')) {
    report.schema('These fields are required: [Type]', at);
  } else if (!isStateType(type)) {
    report.schema(`The field 'Type' should have one of these values: [${STATE_TYPES.join(', ')}]`, `${at}/Type`);
  } else {
    const language: Language = languageOf(state, machine.language);
    const mixed = machine.language === 'JSONata' && language === 'JSONPath';
    const scope: Scope = { report, language, mixed };
    if (mixed) report.schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", at);
    checkFields(state, STATE_FIELDS[type], at, scope);
    checkLanguage(state, at, scope);
    checkTogether[type](state, at, scope);
  }
}

function isStateType(type: unknown): type is StateType {
  return STATE_TYPES.some(known => known === type);
}

type CheckTogether = (state: JsonObject, at: string, scope: Scope) => void;

const none: CheckTogether = () => {};

/** What can only be said of several fields at once. */
const checkTogether: Readonly<Record<StateType, CheckTogether>> = {
  Task: (state, at, scope) => {
    requireFields(state, ['Resource'], at, scope);
    checkTransition(state, at, scope);
    allowOneOf(state, ['TimeoutSeconds', 'TimeoutSecondsPath'], at, scope);
    allowOneOf(state, ['HeartbeatSeconds', 'HeartbeatSecondsPath'], at, scope);
    checkHeartbeat(state, at, scope);
    checkCredentials(state, at, scope);
    checkArguments(state, at, scope);
  },
  Parallel: (state, at, scope) => {
    requireFields(state, ['Branches'], at, scope);
    checkTransition(state, at, scope);
  },
  Map: (state, at, scope) => {
    requireOneOf(state, ['ItemProcessor', 'Iterator'], at, scope);
    checkTransition(state, at, scope);
    for (const field of ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage']) {
      allowOneOf(state, [field, `${field}Path`], at, scope);
    }
  },
  Pass: (state, at, scope) => {
    checkTransition(state, at, scope);
    if (typeof state['Result'] === 'string' && isDynamic(state['Result'])) {
      const message = 'The result of a Pass state is static: a path or an intrinsic function in it is not evaluated.';
      scope.report.warning('PASS_RESULT_IS_STATIC', message, `${at}/Result`);
    }
  },
  Wait: (state, at, scope) => {
    checkTransition(state, at, scope);
    requireOneOf(state, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp'], at, scope);
  },
  Choice: (state, at, scope) => requireFields(state, ['Choices'], at, scope),
  Succeed: none,
  Fail: (state, at, scope) => {
    allowOneOf(state, ['Error', 'ErrorPath'], at, scope);
    allowOneOf(state, ['Cause', 'CausePath'], at, scope);
  },
};

/** Next, or End as true; `"End": false` says nothing. */
function checkTransition(state: JsonObject, at: string, scope: Scope): void {
  const { End: end, ...rest } = state;
  requireOneOf(end === false ? rest : state, ['Next', 'End'], at, scope);
}

function checkHeartbeat(state: JsonObject, at: string, { report }: Scope): void {
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = state;
  if (typeof heartbeat === 'number' && typeof timeout === 'number' && heartbeat >= timeout) {
    report.schema("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", `${at}/HeartbeatSeconds`);
  }
}

function checkCredentials(state: JsonObject, at: string, { report }: Scope): void {
  const credentials = state['Credentials'];
  if (isObject(credentials) && !('RoleArn' in credentials) && !('RoleArn.$' in credentials)) {
    report.schema("The field 'RoleArn' is required but was missing", `${at}/Credentials`);
  }
}
