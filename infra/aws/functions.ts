import type { Construct } from 'constructs';
import type { Bundle } from '../bundle.ts';
import type { FunctionID, FunctionKind, WiredFunction } from '../wiring.ts';
import type { Environment } from './environments.ts';
import { WiredLambda } from './wired-lambda.ts';

/** All functions of the product in one stack, by what they are called in the tables. */
export class Functions {
  readonly all: readonly WiredLambda[];

  constructor(
    scope: Construct,
    environment: Environment,
    functions: readonly WiredFunction[],
    bundles: readonly Bundle[],
  ) {
    const bundleOf = new Map(bundles.map(bundle => [bundle.id, bundle]));
    this.all = functions.map(wired => {
      const bundle = bundleOf.get(wired.id);
      if (!bundle) throw new Error(`The function ${wired.id} has no bundle.`);
      return new WiredLambda(scope, environment, wired, bundle);
    });
  }

  find(id: FunctionID): WiredLambda {
    const found = this.all.find(each => each.id === id);
    if (!found) throw new Error(`There is no function ${id}.`);
    return found;
  }

  ofKind(...kinds: readonly FunctionKind[]): readonly WiredLambda[] {
    return this.all.filter(({ kind }) => kinds.includes(kind));
  }

  /** Those whose failure no request is answered by. The authorizer is not one: each token that it refuses is an error, too. */
  ofBackground(): readonly WiredLambda[] {
    return this.ofKind('task', 'hook').filter(({ id }) => id !== 'Authorize');
  }
}
