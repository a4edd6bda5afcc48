import type { JobSpec, SignedDataset } from '#contract';
import { column, program } from '../../../../libs/program/src/author.js';
import { verifyBundle } from '#verify';
import { Consortium } from '#testing';
import { type Terminal } from '../terminal.js';
import { cardJson, cardLines } from './card.js';
import { requestSentence } from './request.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const loans = (): SignedDataset[] => [{ name: 'Loans', tags: [], maxRows: 1024, columns: { income: { type: 'number', min: '0', max: '1000' } } }];
const world = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute only if Bank B signs.', now, datasets: loans });
const verified = (fields: Partial<JobSpec>) => verifyBundle(world.bundle(world.job('Bank A', fields)), { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });
const banks = ['Bank A', 'Bank B', 'Bank C'];
const trio = new Consortium({ nodes: banks, policy: 'Allow anyone to compute only if Bank B signs.', now, datasets: loans });
const three = (fields: Partial<JobSpec>) => verifyBundle(trio.bundle(trio.job('Bank A', { parties: banks, inputs: banks.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), ...fields })), { pins: trio.pins, acceptedPolicies: new Set([trio.policy.digest]), now });
const plain = { style: (_: unknown, text: string) => text } as unknown as Terminal;

describe('the card before a signature', () => {
  it('says what epsilon means, who adds noise, how far off the result will be, and what is not protected', () => {
    const job = verified({ privacy: { mechanism: 'discrete-laplace', epsilon: '0.5' } });
    const text = cardLines(job, plain).join('\n');
    expect(text).toMatch(/privacy +differential privacy, epsilon 0\.5: any one row changes the odds of any result by a factor of at most 1\.65;/);
    expect(text).toMatch(/each of the 2 parties adds discrete Laplace noise that is enough alone/);
    expect(text).toMatch(/expected error \(95 %\) with 2,048 records, the most there can be: mean ± \d+(\.\d+)?, count ± 16\n/);
    expect(text).toMatch(/Not protected by it: what many results tell together/);
    expect(cardJson(job)).toMatchObject({ privacy: { mechanism: 'discrete-laplace', epsilon: '0.5', expectedErrors: [{ name: 'mean', error95: expect.any(Number) }, { name: 'count', error95: 16 }] } });
    expect(requestSentence(job.spec)).toMatch(/for risk monitoring, with differential privacy, epsilon 0\.5\.$/);
  });
  it('says delta with the Gaussian, and that a result is exact without privacy', () => {
    expect(cardLines(verified({ privacy: { mechanism: 'discrete-gaussian', epsilon: '1', delta: '0.000001' } }), plain).join('\n')).toMatch(/epsilon 1, delta 0\.000001: .* at most 2\.72, but with a chance of 0\.000001;[\s\S]*Gaussian noise/);
    expect(cardLines(verified({}), plain).join('\n')).toMatch(/privacy +none: the exact result is opened\n/);
    expect(cardJson(verified({}))).not.toHaveProperty('privacy');
  });
});

it('says whose rows are checked on shares, and what all parties learn by that', () => {
  const checked = verified({ parameters: { column: 'income', check: 'shares' } });
  expect(cardLines(checked, plain).join('\n')).toMatch(/opened +The receivers learn the mean [^\n]+\n +before that all parties learn whether what Bank A, Bank B shared keeps to what its node declares, checked on shares; where not, that node is named and nothing else is opened\n/);
  expect(cardLines(verified({}), plain).join('\n')).not.toMatch(/checked on shares/);
});

describe('a program that somebody published', () => {
  const author = program({ name: 'Mean', opens: 'The receivers learn one mean, and nothing else.', parameters: { column: column('the column') } }, ({ rows, parameters, open }) => {
    const values = rows.column(parameters.column);
    open('mean', values.mean().reshape([1]));
    open('other', values);
  });
  it('has what its steps open on the card, and not its author\'s sentence alone', () => {
    const job = { ...verified({}), program: author };
    expect(cardLines(job, plain).join('\n')).toMatch(/opened +its author says: The receivers learn one mean, and nothing else\.\n +its steps open: mean \(1\), other \(2048\)\n/);
    expect(cardJson(job)).toMatchObject({ program: { opened: [{ name: 'mean', shape: [1] }, { name: 'other', shape: [2048] }] } });
    expect(cardLines(verified({}), plain).join('\n')).not.toMatch(/its author says/);
  });
});

describe('the suite on the card', () => {
  it('is named with its reason, what it protects from and what it costs', () => {
    const text = cardLines(verified({}), plain).join('\n');
    expect(text).toMatch(/suite +additive-z64: the one suite that hides inputs from all other parties together\n/);
    expect(text).toMatch(/security +semi-honest, dishonest majority: Hides the inputs of each party from all others together/);
    expect(text).toMatch(/cost +1 round before inputs are shared, 3 from then on; \d{3} B between all parties; nothing is multiplied; [\d.]+ [kM]B of memory each\n/);
    expect(cardJson(verified({}))).toMatchObject({ suite: { name: 'additive-z64' }, cost: { rounds: { offline: 1, online: 3 }, bytes: expect.any(Number), correlations: { name: 'softspoken', reason: 'nothing is multiplied' } } });
  });
  it('says what has to be hard, and where correlations come from for that', () => {
    const asking = (assumptions?: 'no-lpn' | 'module-lwe-only') => verified({ security: { model: 'semi-honest', majority: 'dishonest', ...(assumptions && { assumptions }) } });
    expect(cardLines(asking(), plain).join('\n')).toMatch(/rests on +Module-LWE and Module-SIS \(ML-KEM, ML-DSA\), AES, SHA-2 and SHA-3; on RLWE and on LPN with regular noise where what is made with them sends less\.\n +correlations: softspoken: nothing is multiplied\n/);
    expect(cardLines(asking('no-lpn'), plain).join('\n')).toMatch(/resting on no LPN\.\n[\s\S]*rests on +Module-LWE.*; never on LPN\.\n/);
    expect(cardLines(asking('module-lwe-only'), plain).join('\n')).toMatch(/resting on Module-LWE only\.\n[\s\S]*rests on +Module-LWE.*and on nothing else: neither on RLWE nor on LPN\.\n/);
    expect(cardJson(asking('no-lpn'))).toMatchObject({ security: { assumptions: 'no-lpn' }, restsOn: { assumptions: 'no-lpn', problems: ['module-lwe'] } });
    const honest = cardLines(three({ suite: 'auto', security: { model: 'semi-honest', majority: 'honest' } }), plain).join('\n');
    expect(honest).toMatch(/and on nothing else: neither on RLWE nor on LPN\. And on an honest majority\.\n +correlations: none: /);
  });
  it('does not claim more than it rests on', () => {
    const text = cardLines(three({ suite: 'auto', security: { model: 'semi-honest', majority: 'honest' } }), plain).join('\n');
    expect(text).toMatch(/suite +replicated-z64: the fastest for three parties of which no two work together\n/);
    expect(text).toMatch(/security +semi-honest, honest majority: Hides inputs from any one of the three parties; two that work together see everything/);
    expect(text).not.toMatch(/dishonest/);
  });
});
