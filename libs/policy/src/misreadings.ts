import { type Refusals } from './diagnostics.js';
import { type Masked } from './masked.js';
import { nearestName } from './meaning/nearest-name.js';
import { type Resolver } from './meaning/resolver.js';
import { type Rule } from './rules.js';
import { type Range } from './syntax.js';

/** What became of one sentence: a rule, or what is wrong with it, or where the grammar gave up. */
export interface Reading {
  readonly rule?: Rule;
  readonly refusals: Refusals;
  readonly failedAt?: number;
}

/** Reads a part of the sentence as if it were one. */
type ReadPart = (part: Masked) => Reading;

/** What sentences look like that begin, or speak, like this. */
const SHAPES: readonly { readonly like: RegExp; readonly example: string }[] = [
  { like: /^limit /, example: 'Limit Node A to 10 computations per day on Payroll' },
  { like: /^after |^notify |^tell |^inform |\bbe (?:notified|told|informed)\b/, example: 'After every computation on Payroll, notify Compliance within 1 hour' },
  { like: /\b(?:deleted?|erased?|destroy(?:ed)?)\b/, example: 'Results of Mean must be deleted after 30 days' },
  { like: /^(?:every |all |any )?(?:policy changes?|changes? (?:to|of) (?:this|the) policy)\b/, example: 'Policy changes need at least 2 of Node A, Node B and Node C to sign' },
];

const NEGATED = /^(?:never|do not|don't) (?:limit|notify|tell|inform|delete|pause)\b/;

const STARTERS = /(?:allow|permit|authorise|authorize|let|never|forbid|prohibit|deny|only|no one|nobody|define|every|each|requesters|limit|after|notify|pause|signatures|results|policy) /y;
const OPENING_VERBS = ['allow', 'permit', 'authorise', 'let', 'forbid', 'prohibit', 'deny', 'define', 'limit', 'notify', 'pause'];
const MAX_CANDIDATES = 24;

/** Reports why a sentence could not be read, in our words and never as the parser's list of expectations. */
export function explainUnreadable(names: Resolver, reading: Reading, read: ReadPart): void {
  const { refusals, sentence } = names;
  const { mask } = sentence;
  if (explainMissingStops(names, read)) {
    return;
  } else if (reading.failedAt === undefined) {
    refusals.absorb(reading.refusals);
  } else if (!explainVerb(names)) {
    const start = mask.lastIndexOf(' ', Math.min(reading.failedAt, mask.length - 1) - 1) + 1;
    const length = /^[^ ,]*/.exec(mask.slice(start))?.[0].length ?? 0;
    const shape = SHAPES.find(({ like }) => like.test(mask));
    const help = NEGATED.test(mask) ? 'leave the sentence out: nothing is limited, owed or paused unless a sentence says so' : shape === undefined ? 'a sentence begins with `Allow`, `Never allow`, `Only`, `Every`, `Limit`, `Define`, or a name and `may` or `must not`' : `write it like \`${shape.example}\``;
    refusals.add('CS0208', sentence.place({ start, end: start + Math.max(1, length) }), 'I do not understand this sentence from here on', { help: [help] });
  }
}

/** "Alow Node A …", "Node A exports …". */
function explainVerb({ refusals, sentence }: Resolver): boolean {
  const { mask } = sentence;
  const first = /^[a-z][a-z'-]*/.exec(mask)?.[0] ?? '';
  const near = nearestName(first, OPENING_VERBS, (verb) => verb);
  const unknown = (at: Range, help: string, fix?: string) =>
    refusals.add('CS0210', sentence.place(at), `I do not know the verb \`${sentence.text(at)}\``, { help: [help], fix });
  if (first !== '' && near !== undefined && near !== first) {
    unknown({ start: 0, end: first.length }, `did you mean \`${near}\`?`, near);
    return true;
  }
  const after = /^(?:(?:any|every|each|all|no) )?(?:\ue000(?: ?,| and| or)? )+([a-z][a-z-]*)/.exec(mask);
  if (after === null || /^(?:may|can|must|is|are)$/.test(after[1])) return false;
  unknown({ start: after[0].length - after[1].length, end: after[0].length }, 'write `may` or `must not`, then `compute`, or `run` and the name of a program');
  return true;
}

/** Whether full stops are missing: the text reads well when it is cut where a new line or a word like `Allow` begins. */
function explainMissingStops({ refusals, sentence }: Resolver, read: ReadPart): boolean {
  let from = 0;
  for (const cut of cutsOf(sentence)) {
    const part = sentence.part(from, cut);
    if (part.mask === '' || read(part).rule === undefined || read(sentence.part(cut)).failedAt !== undefined) continue;
    const { end } = part.whole;
    refusals.add('CS0207', { start: end, end }, 'a full stop is missing here', { help: ['end each sentence with a full stop'], fix: '.' });
    from = cut;
  }
  if (from > 0) refusals.absorb(read(sentence.part(from)).refusals);
  return from > 0;
}

function cutsOf(sentence: Masked): number[] {
  const { mask } = sentence;
  const cuts: number[] = [];
  for (let at = 1; at < mask.length && cuts.length < MAX_CANDIDATES; at++) {
    if (mask[at - 1] !== ' ') continue;
    STARTERS.lastIndex = at;
    if (sentence.startsLine(at) || STARTERS.test(mask)) cuts.push(at);
  }
  return cuts;
}
