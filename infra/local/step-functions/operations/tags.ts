import { ServiceError } from '../errors.ts';
import type { StateMachine, StateMachines } from '../machines.ts';
import type { Operations } from './operation.ts';

interface TagInput {
  readonly resourceArn: string;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly tagKeys: readonly string[];
}

export function tagOperations(machines: StateMachines): Operations {
  const find = (arn: string): StateMachine => {
    const machine = machines.all.find(each => each.arn === arn);
    if (!machine) throw new ServiceError('ResourceNotFound', `Resource not found: '${arn}'`);
    return machine;
  };
  return {
    TagResource({ resourceArn, tags }: TagInput) {
      const added = Object.fromEntries(tags.map(({ key, value }) => [key, value]));
      machines.tag(resourceArn, { ...find(resourceArn).tags, ...added });
      return {};
    },

    UntagResource({ resourceArn, tagKeys }: TagInput) {
      const kept = Object.entries(find(resourceArn).tags).filter(([key]) => !tagKeys.includes(key));
      machines.tag(resourceArn, Object.fromEntries(kept));
      return {};
    },

    ListTagsForResource: ({ resourceArn }: TagInput) => ({
      tags: Object.entries(find(resourceArn).tags).map(([key, value]) => ({ key, value })),
    }),
  };
}
