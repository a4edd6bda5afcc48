import { allows, allProblems, ASSUMPTIONS, type Assumptions, type SuiteFacts } from '#program';
import { problemsText } from '../render/assumptions.js';
import { listText } from '../render/decision.js';
import { type ReportFacts } from './facts.js';

type Receipt = ReportFacts['job']['receipts'][number];
type Source = NonNullable<Receipt['correlations']>;

/** One account of where correlations came from, and whose receipts give it. */
interface Account {
  readonly of: Source | undefined;
  readonly nodes: readonly string[];
}

const sourceText = ({ source, restsOn }: Source): string => (source === 'none' ? 'none were made' : `${source}, resting on ${problemsText(restsOn)}`);

/** The different accounts of all receipts; parties compare before anything else what they are to use, so that there is one. */
function accountsOf(receipts: readonly Receipt[]): Account[] {
  const accounts = new Map<string, { of: Source | undefined; nodes: string[] }>();
  for (const { node, correlations } of receipts) {
    const key = correlations === undefined ? '' : sourceText({ ...correlations, restsOn: allProblems(correlations.restsOn) });
    const account = accounts.get(key) ?? { of: correlations, nodes: [] };
    account.nodes.push(node);
    accounts.set(key, account);
  }
  return [...accounts.values()];
}

export interface Rested {
  /** What has to be hard: what the job allows, and what its correlations came from by all receipts. */
  readonly text: string;
  /** Where receipts contradict each other, the job or its suite, one sentence each. */
  readonly findings: readonly string[];
}

/** What a job rested on, by the receipts of its last attempt. Suites that make no correlations rest on no more than links do. */
export function restedOn({ security }: ReportFacts['job']['spec'], receipts: readonly Receipt[], suite: Pick<SuiteFacts, 'usesTriples'> | undefined): Rested {
  const accounts = accountsOf(receipts);
  const made = accounts.flatMap(({ of }) => (of && of.source !== 'none' ? [of] : []));
  const makesNone = suite?.usesTriples === false;
  const findings: string[] = [];
  if (accounts.length > 1) findings.push(`The receipts do not agree on where correlations came from: ${accounts.map(({ of, nodes }) => `${of === undefined ? 'nothing is said' : sourceText(of)} (${listText(nodes)})`).join('; ')}. What follows holds for all of them together.`);
  if (makesNone && made.length > 0) findings.push('The receipts tell of correlations, and the suite of this job makes none.');
  const allowed: Assumptions = security.assumptions ?? 'any';
  const problems = allProblems(...made.map(({ restsOn }) => restsOn));
  if (!allows(allowed, problems)) findings.push(`The job may rest on ${ASSUMPTIONS[allowed].limit}, and by the receipts it rested on ${problemsText(problems)}.`);
  // No account of any is none that nothing was made.
  const nothing = made.length === 0 && (makesNone || (accounts.length > 0 && accounts.every(({ of }) => of !== undefined)));
  const { says } = ASSUMPTIONS[nothing ? 'module-lwe-only' : allowed];
  const came = made.length === 0 ? '' : ` Correlations came from ${listText([...new Set(made.map(({ source }) => source))])}, resting on ${problemsText(problems)}.`;
  return { text: `${says}${came}`, findings };
}
