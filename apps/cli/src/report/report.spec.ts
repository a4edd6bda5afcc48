import { describe, expect, it, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { reportHtml } from './report.js';
import { factsOf } from './testing/facts.js';

/** Opening and closing tags of a page. */
const tagsOf = (page: string): string[] => [...page.replace(/<style>[^]*?<\/style>/, '<style></style>').matchAll(/<[^>]*>/g)].map(([tag]) => tag);
const OURS = new Set('html head meta title style body main header footer section h1 h2 h3 p b span small ul li dl dt dd code blockquote div table caption thead tbody tr th td svg desc g path rect text defs clipPath'.split(' '));

const LOGISTIC = {
  coefficients: { radius: { coefficient: 0.25, standardised: 0.9 } }, intercept: -9.5, test: { rows: 113, accuracy: 0.95, auc: 0.98 },
  confusion: { 'called 1': { 'is 1': 38, 'is 0': 2 }, 'called 0': { 'is 1': 4, 'is 0': 69 } }, roc: [[0, 0], [0.1, 1], [1, 1]],
};

describe('a report', () => {
  const facts = factsOf('Logistic Regression', LOGISTIC, { label: 'diagnosis', positive: 'malignant' });
  const page = reportHtml(facts);

  it('says who asked and agreed, by which sentence, what was opened, and how it was computed', () => {
    for (const said of [
      'Bank A asks to run Logistic Regression (label diagnosis, positive malignant) on Loans of Bank A, Bank B and Bank C', facts.program.opens.slice(0, 80), 'risk monitoring',
      '“Bank A may run Statistics on Loans only if Bank B signs.”', 'credit.policy:11', 'NanSZJUxpQXVNanS', 'a result must cover at least 25 records', 'checked on this machine',
      'additive-z64', 'Hides the inputs of each party from all others together', '340 ms online, after 210 ms of preparation; 1.50 s from authorised to released', '3.60 MB',
      'job_0123456789abcdef0123', facts.job.digest, facts.program.digest, 'exact: no noise was asked for', 'Made at Bank A on 29 November 2026, 12:00:00 UTC',
    ]) expect(page).toContain(said);
  });

  it('has what the steps of a published program open, and not its author\'s sentence alone', () => {
    expect(page).not.toContain('Its author says');
    const recording = { steps: [], opens: [{ name: 'mean', tensor: 't0' }, { name: 'allRows', tensor: 't1' }] };
    const published = reportHtml({ ...facts, program: { ...facts.program, computation: { kind: 'recorded', recording } } });
    expect(published).toContain(`Its author says: ${facts.program.opens.slice(0, 40)}`);
    expect(published).toMatch(/Its steps open<[^]{0,40}mean and allRows/);
  });

  it('has a title and a description in every plot and the same numbers in a table beside it', () => {
    const plots = [...page.matchAll(/<svg class="plot"[^]*?<\/svg>/g)].map(([plot]) => plot);
    expect(plots).toHaveLength(3);
    for (const plot of plots) expect(plot).toMatch(/role="img" aria-labelledby="(plot-\d)-title \1-desc"><title id="\1-title">[^<]+<\/title><desc id="\1-desc">[^<]+<\/desc>/);
    expect(page.match(/<div class="both/g)).toHaveLength(3);
    expect(page.match(/<caption/g)!.length).toBeGreaterThanOrEqual(4);
  });

  it('is one file under a policy that allows its style sheet and nothing else', () => {
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page)!;
    const [, style] = /<style>([^]*)<\/style>/.exec(page)!;
    expect(policy).toBe(`default-src 'none'; style-src 'sha256-${createHash('sha256').update(style!).digest('base64')}'; base-uri 'none'; form-action 'none'`);
    expect(style).not.toMatch(/url\(|@import/);
    for (const tag of tagsOf(page)) expect(tag).not.toMatch(/\s(?:src|href|xlink:href|style|action|srcset|on\w+)=/i);
  });

  it('is the same for the same facts', () => {
    expect(reportHtml(facts)).toBe(page);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    for (const tag of tagsOf(page).slice(1)) {
      const name = /^<\/?(\w+)/.exec(tag)![1]!;
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else if (name !== 'meta') open.push(name);
    }
    expect(open).toEqual([]);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, labels] of page.matchAll(/aria-labelledby="([^"]*)"/g)) for (const id of labels!.split(' ')) expect(ids).toContain(id);
  });

  it('says where this machine could not check the job', () => {
    const unchecked = reportHtml(factsOf('Mean', { mean: 1, count: 2 }, { column: 'x' }, { checked: { here: false, code: 'CS0331', why: 'the key is another' } }));
    expect(unchecked).toContain('as the control plane tells it');
    expect(unchecked).toContain('CS0331, the key is another');
    expect(unchecked).not.toContain('checked on this machine</span>');
    expect(reportHtml(factsOf('Mean', { mean: 1, count: 2 }, { column: 'x' }, { checked: { here: true, firstSeen: ['Bank C'] } }))).toContain('The keys of Bank C were seen here for the first time.');
  });

  it('tells of noise and of what is owed', () => {
    const noisy = factsOf('Mean', { mean: 100.123, count: 50, privacy: { mechanism: 'discrete-laplace', epsilon: '0.5', error95: { mean: 3.2, count: 12 } } }, { column: 'income' });
    const owed = reportHtml({
      ...noisy,
      job: {
        ...noisy.job, spec: { ...noisy.job.spec, privacy: { mechanism: 'discrete-laplace', epsilon: '0.5' } },
        duties: [{ id: 'duty_00000000000000000000', digest: noisy.job.digest, job: noisy.job.id, kind: 'delete', by: ['Bank A'], rule: { file: 'credit.policy', line: 9, sentence: 'Delete it.' } as never, owedSince: noisy.result.at, dueAt: '2026-12-29T11:40:03.000Z', state: 'open', attestations: [] }],
      },
    });
    for (const said of ['differential privacy, epsilon 0.5', '100.1 ± 3.2', '50 ± 12', 'deletion by Bank A until 29 December 2026, 11:40:03 UTC (open), by credit.policy:9: “Delete it.” This report is a copy.']) expect(owed).toContain(said);
  });
});

const HOSTILE = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</title></svg></style><script>x</script>', '{{x}}{a|b}{value}', "' onload='alert(1)", '&lt;script&gt;', ']]><style>*{}</style>', 'javascript:alert(1)', '\u202egnp.exe', '__proto__'];

describe('names that other organisations chose', () => {
  const names = (value: unknown): Record<string, unknown> => Object.fromEntries(HOSTILE.map((name) => [name, value]));
  const results: [string, Record<string, unknown>][] = [
    ['Logistic Regression', { ...LOGISTIC, coefficients: names({ coefficient: 1, standardised: -1 }), 'hardly vary': HOSTILE }], ['Demand Forecast', { coefficients: names(2), series: names({ rows: 1, demand: 2, forecast: 3 }) }],
    ['Histogram', { counts: names(3) }], ['Binned Histogram', { counts: names(3) }], ['Two-Way Table', { counts: names(names(1)) }], ['Group Mean', { groups: names({ mean: 1.5, count: 3 }) }],
    ['Correlation', { correlation: names(names(0.5)), why: HOSTILE[0] }], ['Own', { ...names(1), ...Object.fromEntries(HOSTILE.map((name) => [`x${name}`, names('y')])), list: HOSTILE, text: HOSTILE[1] }],
  ];
  const [evil] = HOSTILE as [string];
  const parameters = { label: HOSTILE[0]!, positive: HOSTILE[1]!, column: HOSTILE[2]!, by: HOSTILE[3]!, row: HOSTILE[4]!, demand: HOSTILE[0]!, period: HOSTILE[2]!, features: HOSTILE };

  test.each(results)('%s: nothing of them becomes an element, an attribute or a style', (program, result) => {
    const facts = factsOf(program, result, parameters, {
      receiver: evil, approvals: [{ signer: HOSTILE[1]!, kid: HOSTILE[2]!, at: '2026-11-29T11:40:03.000Z' }], checked: { here: false, code: 'CS0331', why: HOSTILE[1]! },
      decision: { outcome: 'allow', obligations: { minimumGroup: 0 }, rules: [{ file: HOSTILE[0]!, line: 1, sentence: HOSTILE[2]!, why: HOSTILE[1]! }] } as never,
    });
    const { job } = facts;
    const page = reportHtml({
      ...facts, program: { ...facts.program, name: evil, opens: HOSTILE[2]! }, result: { ...facts.result, suite: HOSTILE[1]! },
      job: { ...job, spec: { ...job.spec, issuer: HOSTILE[1]!, purpose: HOSTILE[4]!, receivers: [evil], parties: HOSTILE, inputs: HOSTILE.map((node) => ({ node, dataset: node, role: node })) }, receipts: job.receipts.map((receipt) => ({ ...receipt, node: evil, plan: HOSTILE[2]! })) },
    });
    const tags = tagsOf(page);
    expect(tags.filter((tag) => tag.startsWith('<style'))).toHaveLength(1);
    expect([...new Set(tags.slice(1).map((tag) => /^<\/?([a-zA-Z0-9]+)/.exec(tag)?.[1] ?? tag))].filter((name) => !OURS.has(name))).toEqual([]);
    for (const tag of tags) expect(tag.replace(/="[^"]*"/g, '')).toMatch(/^<\/?[\w!]+(?: [\w:-]+)*\/?>$/);
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });
});
