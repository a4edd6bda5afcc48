import { type Refusals } from './diagnostics.js';
import { nearestName } from './meaning/nearest-name.js';
import { type Resolver } from './meaning/resolver.js';
import { type Rule } from './rules.js';
import { type ScannedSentence } from './scan.js';

/** What became of one sentence: a rule, or what is wrong with it, or where the grammar gave up. */
export interface Reading {
  readonly rule?: Rule;
  readonly refusals: Refusals;
  readonly failedAt?: number;
}

/** Reads a part of the sentence that begins `offset` characters into it. */
type ReadPart = (mask: string, offset: number) => Reading;

/** Forms of the language that this version does not evaluate. Never read as something else: a policy that needs one is refused. */
const LATER_FORMS: readonly { readonly like: RegExp; readonly what: string }[] = [
  { like: /differential privacy|\bepsilon\b/, what: 'differential privacy' },
  { like: /^limit /, what: 'limits on how often' },
  { like: /\bcomputing parties\b/, what: 'the number of computing parties' },
  { like: /\bstart on\b|\bweekdays\b|\bbetween [0-9]{1,2}:[0-9]{2}\b/, what: 'time windows' },
  { like: /\b(?:from|until) [0-9]{1,2} [a-z]+ [0-9]{4}\b/, what: 'dated permissions' },
  { like: /\bai agents?\b/, what: 'rules for AI agents' },
  { like: /^signatures .*\bexpire\b/, what: 'how long signatures last' },
  { like: /^after /, what: 'obligations after a computation' },
  { like: /\bdeleted after\b/, what: 'deletion of results' },
  { like: /\brun only on nodes\b/, what: 'regions' },
  { like: /\bround trip\b/, what: 'network conditions' },
  { like: /\bveto\b/, what: 'vetoes' },
  { like: /\bprogram approved by\b/, what: 'programs approved by a role' },
  { like: /^pause /, what: 'pauses' },
  { like: /^policy changes /, what: 'who may change the policy' },
];

const STARTERS = /(?:allow|permit|authorise|authorize|let|never|forbid|prohibit|deny|only|no one|nobody|define|every|each|requesters) /y;
const OPENING_VERBS = ['allow', 'permit', 'authorise', 'let', 'forbid', 'prohibit', 'deny', 'define'];
const MAX_CANDIDATES = 24;

/** Reports why a sentence could not be read, in our words and never as the parser's list of expectations. */
export function explainUnreadable(names: Resolver, sentence: ScannedSentence, reading: Reading, read: ReadPart): void {
  const { refusals } = names;
  const { start, end, mask } = sentence;
  const later = LATER_FORMS.find(({ like }) => like.test(mask));
  if (later !== undefined) {
    refusals.add('CS0209', { start, end }, 'this sentence form is not supported by language version 1', { label: `about ${later.what}` });
    return;
  }
  if (explainMissingStops(names, sentence, read)) return;
  if (reading.failedAt === undefined) {
    refusals.absorb(reading.refusals);
    return;
  }
  const verb = /^(?:(?:any|every|each|all|no) +)?(?:[\ue000\ue001]+(?: *(?:,|and|or) *(?=\ue000))? *)+([a-z][a-z-]*)/.exec(mask);
  const first = /^[a-z][a-z'-]*/.exec(mask)?.[0];
  const near = first === undefined ? undefined : nearestName(first, OPENING_VERBS, (v) => v);
  if (first !== undefined && near !== undefined && first !== near) {
    refusals.add('CS0210', { start, end: start + first.length }, `I do not know the verb \`${names.text({ start: 0, end: first.length })}\``, { help: [`did you mean \`${near}\`?`], fix: near });
  } else if (verb !== null && !/^(?:may|can|must|is|are)$/.test(verb[1])) {
    const at = start + verb[0].length - verb[1].length;
    refusals.add('CS0210', { start: at, end: at + verb[1].length }, `I do not know the verb \`${verb[1]}\``, { help: ['write `may` or `must not`, then `compute`, or `run` and the name of a program'] });
  } else {
    const at = Math.min(start + reading.failedAt, end - 1);
    const word = /^[^ ,]*/.exec(mask.slice(at - start))?.[0].length ?? 1;
    refusals.add('CS0208', { start: at, end: at + Math.max(1, word) }, 'I do not understand this sentence from here on', {
      help: ['a sentence begins with `Allow`, `Never allow`, `Only`, `Every`, `Define`, or a name and `may` or `must not`'],
    });
  }
}

/** Whether full stops are missing: the text reads well when it is cut where a new line or a word like `Allow` begins. */
function explainMissingStops(names: Resolver, { start, mask }: ScannedSentence, read: ReadPart): boolean {
  const cuts = cutsOf(names, start, mask);
  let from = 0;
  let found = false;
  for (const cut of cuts) {
    const part = mask.slice(from, cut).trim();
    if (part === '' || read(part, from).rule === undefined || read(mask.slice(cut), cut).failedAt !== undefined) continue;
    const end = start + mask.slice(0, cut).trimEnd().length;
    names.refusals.add('CS0207', { start: end, end }, 'a full stop is missing here', { help: ['end each sentence with a full stop'], fix: '.' });
    found = true;
    from = cut;
  }
  if (found) names.refusals.absorb(read(mask.slice(from), from).refusals);
  return found;
}

function cutsOf(names: Resolver, start: number, mask: string): number[] {
  const cuts: number[] = [];
  for (let at = 1; at < mask.length && cuts.length < MAX_CANDIDATES; at++) {
    if (mask[at - 1] !== ' ' || mask[at] === ' ') continue;
    STARTERS.lastIndex = at;
    if (names.startsLine(start + at) || STARTERS.test(mask)) cuts.push(at);
  }
  return cuts;
}
