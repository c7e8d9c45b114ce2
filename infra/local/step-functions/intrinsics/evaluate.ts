import { type Roots, readPath } from '../json-path/read.ts';
import { INTRINSICS } from './functions.ts';
import { parseIntrinsic, type Term } from './parse.ts';

/** Evaluates an intrinsic function call. @throws Error, PathNotFound */
export const evaluateIntrinsic = (text: string, roots: Roots): unknown => resolve(parseIntrinsic(text), roots);

function resolve(term: Term, roots: Roots): unknown {
  switch (term.kind) {
    case 'constant':
      return term.value;
    case 'path':
      return readPath(term.path, roots);
    case 'call': {
      const implementation = INTRINSICS[term.name];
      if (!implementation) throw new Error(`there is no function ${term.name}`);
      return implementation(...term.terms.map(each => resolve(each, roots)));
    }
  }
}
