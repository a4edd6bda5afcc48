import { payrollMean } from '../testing/consortium.js';
import { cards, eachSentence, readmissions } from '../testing/sentences.js';

eachSentence('what a computation must be', [
  {
    name: '18 … must use a malicious-secure protocol and be for …',
    sentences: [
      'Every computation on data tagged health must use a malicious-secure protocol and be for research or treatment.',
      'All computations on data tagged health must use maliciously secure protocols, and be for treatment or research.',
      'Every job on data tagged health must use malicious security and be for the purposes of research or treatment.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'health' }] }, must: [{ kind: 'security', model: 'malicious' }, { kind: 'purpose', purposes: ['research', 'treatment'] }] },
    cases: [
      [{ ...readmissions, purpose: 'research', security: { model: 'malicious', majority: 'dishonest' } }, 'allow'],
      [{ ...readmissions, purpose: 'Treatment', security: { model: 'malicious', majority: 'honest' } }, 'allow'],
      [{ ...readmissions, purpose: 'research' }, 'deny', 'St Mary'],
      [{ ...readmissions, security: { model: 'malicious', majority: 'honest' } }, 'deny'],
      [{ ...readmissions, purpose: 'marketing', security: { model: 'malicious', majority: 'honest' } }, 'deny'],
      [payrollMean, 'allow'],
    ],
  },
  {
    name: '… must rest on Module-LWE only',
    sentences: ['Every computation on data tagged hr must rest on Module-LWE only.', 'All jobs on data tagged hr must rest only on Module-LWE.', 'Every query on data tagged hr has to rest on only module-lwe.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'hr' }] }, must: [{ kind: 'assumptions', profile: 'module-lwe-only' }] },
    cases: [
      [{ ...payrollMean, security: { model: 'semi-honest', majority: 'dishonest', assumptions: 'module-lwe-only' } }, 'allow'],
      [{ ...payrollMean, security: { model: 'semi-honest', majority: 'honest', assumptions: 'no-lpn' } }, 'deny'],
      [payrollMean, 'deny'],
      [{ ...payrollMean, inputs: cards }, 'allow'],
    ],
  },
  {
    name: '… must use an LPN-free protocol',
    sentences: ['Every computation on data tagged hr must use an LPN-free protocol.', 'Every computation on data tagged hr must not rest on LPN.', 'All jobs on data tagged hr must use LPN-free protocols.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'hr' }] }, must: [{ kind: 'assumptions', profile: 'no-lpn' }] },
    cases: [
      [{ ...payrollMean, security: { model: 'semi-honest', majority: 'dishonest', assumptions: 'no-lpn' } }, 'allow'],
      [{ ...payrollMean, security: { model: 'semi-honest', majority: 'dishonest', assumptions: 'module-lwe-only' } }, 'allow'],
      [payrollMean, 'deny'],
      [{ ...payrollMean, inputs: cards }, 'allow'],
    ],
  },
  {
    name: '… must be for … and not rest on LPN',
    sentences: ['Every computation on data tagged hr must be for research and not rest on LPN.', 'Every computation on data tagged hr must be for research and use an LPN-free protocol.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'hr' }] }, must: [{ kind: 'purpose', purposes: ['research'] }, { kind: 'assumptions', profile: 'no-lpn' }] },
    cases: [
      [{ ...payrollMean, purpose: 'research', security: { model: 'semi-honest', majority: 'dishonest', assumptions: 'no-lpn' } }, 'allow'],
      [{ ...payrollMean, purpose: 'research' }, 'deny'],
    ],
  },
  {
    name: '19 … must use at least 3 computing parties with an honest majority',
    sentences: ['Every computation with Node C must use at least 3 computing parties with an honest majority.', 'All jobs with Node C must use at least three parties and an honest majority.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { with: { match: 'all', nodes: ['Node C'] } }, must: [{ kind: 'parties', atLeast: 3, majority: 'honest' }] },
    cases: [
      [{ ...payrollMean, parties: ['Node A', 'Node B', 'Node C'], security: { model: 'semi-honest', majority: 'honest' } }, 'allow'],
      [{ ...payrollMean, parties: ['Node A', 'Node B', 'Node C'] }, 'deny', 'Node C'],
      [{ ...payrollMean, parties: ['Node A', 'Node C'], security: { model: 'semi-honest', majority: 'honest' } }, 'deny'],
      [{ ...payrollMean, parties: ['Node A', 'Node C', 'Node C'], security: { model: 'semi-honest', majority: 'honest' } }, 'deny'],
      [payrollMean, 'allow'],
    ],
  },
  {
    name: '27 … must run only on nodes in …',
    sentences: ['Every computation on data tagged hr must run only on nodes in the EU or UK.', 'Every computation on data tagged hr must run on nodes in the UK and the EU.', 'Every job on data tagged hr must run only on nodes in "eu" or "uk".'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'require', scope: { data: [{ tag: 'hr' }] }, must: [{ kind: 'regions', regions: ['eu', 'uk'] }] },
    cases: [
      [payrollMean, 'deny', 'Node A', 'Node B'],
      [{ ...payrollMean, inputs: cards }, 'allow'],
    ],
    withFacts: [
      [payrollMean, { regions: [{ node: 'Node A', region: 'EU' }, { node: 'Node B', region: 'uk' }] }, 'allow'],
      [payrollMean, { regions: [{ node: 'Node A', region: 'EU' }, { node: 'Node B', region: 'US' }] }, 'deny'],
      [payrollMean, { regions: [{ node: 'Node A', region: 'EU' }] }, 'deny'],
    ],
  },
]);
