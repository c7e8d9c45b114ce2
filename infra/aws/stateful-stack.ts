import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { madeUpDatabase, type PrometheusPlace } from '../place.ts';
import { Database } from './database.ts';
import type { Environment } from './environments.ts';
import type { DatabaseAddress } from './place.ts';
import { createWorkspace } from './prometheus.ts';

/** What must outlive any deployment: the database, the network that it alone is in, the first admin token, and metrics if they are kept here. */
export class StatefulStack extends Stack {
  readonly database: DatabaseAddress;
  readonly prometheus: PrometheusPlace | undefined;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, {
      description: 'Service Manager: its database',
      terminationProtection: !environment.isDisposable,
    });
    const { database } = environment;
    const adminToken = this.#createAdminToken();
    this.database = {
      ...(database.kind === 'aurora'
        ? new Database(this, 'Database', environment, database).address
        : { ...madeUpDatabase, dataApiUrl: database.dataApiUrl }),
      adminTokenSecretArn: adminToken.secretArn,
    };
    this.prometheus =
      environment.prometheus?.kind === 'managed' ? createWorkspace(this, environment) : environment.prometheus;
  }

  /** Whoever migrates the database makes it known there. Unnamed, since a name stays taken for weeks after a deletion. */
  #createAdminToken(): Secret {
    const secret = new Secret(this, 'AdminToken', {
      description: 'The first admin token of Service Manager',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It is for making other tokens, once, and is then revoked through the API, as any token is replaced.',
    });
    new CfnOutput(this, 'AdminTokenSecret', {
      description: 'The secret that holds the first admin token',
      value: secret.secretArn,
    });
    return secret;
  }
}
