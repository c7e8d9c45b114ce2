import {
  type Act,
  type AwsError,
  lose,
  loseAnswer,
  refuse,
  refuseAfter,
  rollBack,
  sqlError,
} from '../../support/faults.ts';

/** How a call fails, before and after its statement ran, and what that is to whoever called. */
export interface Kind {
  readonly name: string;
  readonly before: Act;
  readonly after: Act;
  /** `retried`: nobody notices; `busy`: to be tried again, nothing was done; `final`: nobody knows better. */
  readonly outcome: 'retried' | 'busy' | 'final';
}

const answered = (error: AwsError, outcome: Kind['outcome']): Kind => ({
  name: error.name,
  before: refuse(error),
  after: refuseAfter(error),
  outcome,
});

/** PostgreSQL never says so of what it then commits. */
const said = (sqlState: string, outcome: Kind['outcome']): Kind => ({
  name: sqlState,
  before: refuse(sqlError(sqlState)),
  after: rollBack(sqlError(sqlState)),
  outcome,
});

const resuming =
  'The Aurora DB instance arn:aws:rds:us-east-1:000000000000:db:writer is resuming after being auto-paused.';

export const kinds: readonly Kind[] = [
  answered({ name: 'DatabaseResumingException', status: 400, message: resuming }, 'retried'),
  answered({ name: 'ThrottlingException', status: 400, message: 'Rate exceeded' }, 'retried'),
  answered({ name: 'InternalServerErrorException', status: 500 }, 'retried'),
  answered({ name: 'ServiceUnavailableError', status: 503 }, 'retried'),
  answered({ name: 'DatabaseUnavailableException', status: 504 }, 'retried'),
  { name: 'cut', before: lose, after: loseAnswer, outcome: 'retried' },
  said('40001', 'retried'),
  said('40P01', 'retried'),
  said('25006', 'retried'),
  said('55P03', 'busy'),
  said('57014', 'busy'),
  answered({ name: 'BadRequestException', status: 400, message: 'Bad request' }, 'final'),
  answered({ name: 'AccessDeniedException', status: 403, message: 'Not authorized' }, 'final'),
];
