/** A request for a computation that cannot be planned or evaluated: stable code, one lower-case line, and what to do. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  constructor(readonly code: PlanErrorCode, message: string, readonly help: readonly string[] = []) {
    super(message);
  }
}

/** Every code of this library with what it means; `countersign explain` reads it. */
export const PLAN_ERRORS = {
  CS0601: 'no program has this name',
  CS0602: 'the program has no parameter with this name',
  CS0603: 'a parameter of the program is missing',
  CS0604: 'the value of a parameter does not fit the program',
  CS0605: 'the job has no inputs',
  CS0606: 'the program has no role with this name',
  CS0607: 'a role of the program has no input',
  CS0608: 'a role that takes one input has several',
  CS0609: 'one dataset of one node is named twice',
  CS0610: 'the owner of an input is not among the parties',
  CS0611: 'a node has not registered a dataset of this name',
  CS0612: 'a dataset lacks a column that the program needs',
  CS0613: 'a column has a type that the program cannot use',
  CS0614: 'a column has different types at different nodes',
  CS0615: 'a category column lists different values at different nodes',
  CS0616: 'a computation needs at least two parties',
  CS0617: 'a session takes at most sixteen parties',
  CS0618: 'a party or a receiver is named twice',
  CS0619: 'nobody receives the result',
  CS0620: 'the declared ranges leave too little precision in 64 bits',
  CS0621: 'a declaration cannot be computed with',
  CS0622: 'the program cannot keep a minimum group size',
  CS0623: 'a row count is missing, or not what the dataset allows',
  CS0624: 'the dataset of a model has more than one row',
  CS0625: 'a table is not what its plan expects',
  CS0626: 'opened values are not what the plan states',
  CS0627: 'a result covers fewer records than the policy asks for',
  CS0628: 'the computation is larger than a session may be',
  CS0629: 'the steps of a plan do not fit together',
  CS0630: 'the program has no differential privacy',
  CS0631: 'the noise would drown every result',
  CS0632: 'an epsilon or delta that gives no privacy',
  CS0633: 'a value could overflow the words of the suite',
  CS0634: 'no suite fits the parties',
  CS0640: 'two rows of a table have the same key',
  CS0642: 'two tables cannot be joined as asked',
  CS0650: 'a file is not an ONNX model',
  CS0651: 'a model is larger than is read',
  CS0652: 'a model has an operator that is not computed privately',
  CS0653: 'a model has a form of an operator that is not computed privately',
  CS0654: 'a model has a version that is not read',
  CS0655: 'a model has an element type that is not computed with',
  CS0656: 'a model has a shape that is not fixed',
  CS0657: 'the parts of a model do not fit together',
  CS0658: 'rows do not fit the input of a model',
  CS0659: 'a model has weights that cannot be computed with',
  CS0670: 'a program cannot be recorded',
  CS0671: 'a file is not a program',
  CS0672: 'the steps of a program do not fit together',
  CS0675: 'a source of correlations rests on more than the job allows',
  CS0660: 'values of a node break what it has declared',
  CS0661: 'rows of a node stand in another order than those of the first',
  CS0673: 'what is checked on shares could be computed by its owner',
} as const;
export type PlanErrorCode = keyof typeof PLAN_ERRORS;

/** The name in `known` that is the fewest edits away from `name`, if it is close enough to be what was meant. */
export function closestName(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase();
  const best = known
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.candidate : undefined;
}

/** `did you mean …?` as the help of an error, or the whole list when nothing is close. */
export function didYouMean(name: string, known: readonly string[]): string[] {
  const closest = closestName(name, known);
  if (closest) return [`did you mean \`${closest}\`?`];
  return known.length === 0 ? [] : [`there ${known.length === 1 ? 'is' : 'are'} ${known.map((k) => `\`${k}\``).join(', ')}`];
}

/** Levenshtein distance with transposition of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(substitution, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
