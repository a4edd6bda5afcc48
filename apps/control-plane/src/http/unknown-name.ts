import { closestName } from '#program';
import { Problem } from './problem.js';

/** A name that nobody registered, with the one that was probably meant. */
export function unknownName(what: string, name: string, known: readonly string[]): Problem {
  const closest = closestName(name, known);
  return new Problem(422, 'CS0431', `no ${what} is called \`${name}\``, closest ? { help: `did you mean \`${closest}\`?` } : {});
}
