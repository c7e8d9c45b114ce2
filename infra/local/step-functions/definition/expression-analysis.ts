/**
 * What a JSONata expression reads. Step Functions evaluates expressions without a context item, so at
 * the top level `$` and bare names read nothing, and AWS refuses them. Deeper, within a step of a path,
 * a predicate, a sort or a grouping, they read the value at hand. A lambda's body is top level again.
 */

import jsonata from 'jsonata';

export type Analysis =
  | { readonly kind: 'invalid'; readonly message: string }
  | {
      readonly kind: 'valid';
      /** Bare names and `$`, each once, in the order they are written. */
      readonly topLevelReferences: readonly string[];
      /** Whether `$$` is read, anywhere. */
      readonly readsRoot: boolean;
      /** The names read directly from `$states`, anywhere. */
      readonly statesFields: readonly string[];
      /** The variables read, without those that the expression itself introduces, and functions it calls. */
      readonly variables: readonly string[];
    };

/** The parts of a node of jsonata's syntax tree that hold other nodes; its own types lack half of them. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly [part: string]: unknown;
}

interface Reads {
  readonly topLevel: Set<string>;
  readonly statesFields: Set<string>;
  readonly variables: Set<string>;
  readonly introduced: Set<string>;
  readsRoot: boolean;
}

export function analyseExpression(source: string): Analysis {
  let root: Node;
  try {
    root = jsonata(source).ast() as unknown as Node;
  } catch (error) {
    return { kind: 'invalid', message: (error as Error).message };
  }
  const reads: Reads = {
    topLevel: new Set(),
    statesFields: new Set(),
    variables: new Set(),
    introduced: new Set(['', '$', 'states']),
    readsRoot: false,
  };
  visit(root, true, reads);
  return {
    kind: 'valid',
    topLevelReferences: [...reads.topLevel],
    readsRoot: reads.readsRoot,
    statesFields: [...reads.statesFields],
    variables: [...reads.variables].filter(name => !reads.introduced.has(name)),
  };
}

function visit(node: Node, atTop: boolean, reads: Reads): void {
  if (node.type === 'name' && atTop) reads.topLevel.add(String(node.value));
  if (node.type === 'variable') visitVariable(node, atTop, reads);
  if (node.type === 'path') visitPath(node, atTop, reads);
  const descends = node.type === 'path' || node.type === 'transform';
  for (const [part, value] of Object.entries(node)) {
    if (part === 'steps' || isCallee(part, value)) continue;
    if (isIntroduced(node, part)) {
      for (const { value: name } of nodesIn(value)) reads.introduced.add(String(name));
      continue;
    }
    const isWithin = descends || ['stages', 'predicate', 'group', 'terms', 'expr'].includes(part);
    for (const child of nodesIn(value)) visit(child, atTop && !isWithin, reads);
  }
}

/** `$x := …` and `function($x){…}` introduce a name, they do not read it. */
function isIntroduced(node: Node, part: string): boolean {
  return (node.type === 'bind' && part === 'lhs') || (node.type === 'lambda' && part === 'arguments');
}

/** The name in `$name(…)`: variables of a workflow hold no functions. */
function isCallee(part: string, value: unknown): boolean {
  return part === 'procedure' && nodesIn(value)[0]?.type === 'variable';
}

function visitPath(path: Node, atTop: boolean, reads: Reads): void {
  const [first, second, ...rest] = nodesIn(path['steps']);
  if (first) visit(first, atTop, reads);
  if (second) {
    const isStates = first?.type === 'variable' && first.value === 'states';
    if (isStates && second.type === 'name') reads.statesFields.add(String(second.value));
    visit(second, false, reads);
  }
  for (const step of rest) visit(step, false, reads);
}

/** `$` parses as a variable with an empty name, `$$` as one named `$`. */
function visitVariable(node: Node, atTop: boolean, reads: Reads): void {
  if (node.value === '' && atTop) reads.topLevel.add('$');
  if (node.value === '$') reads.readsRoot = true;
  reads.variables.add(String(node.value));
}

/** The nodes in a part of a node: itself, or those of an array, or of an array of pairs. */
function nodesIn(part: unknown): readonly Node[] {
  if (Array.isArray(part)) return part.flatMap(nodesIn);
  const isNode = typeof part === 'object' && part !== null && !(part instanceof RegExp);
  return isNode ? [part as Node] : [];
}
