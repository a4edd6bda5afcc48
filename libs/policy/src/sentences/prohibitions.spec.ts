import { by, input, payrollMean } from '../testing/consortium.js';
import { cards, eachSentence, run } from '../testing/sentences.js';

eachSentence('what is forbidden', [
  {
    name: '9 Never allow … on data tagged …',
    sentences: ['Never allow anyone to compute on data tagged biometric.', 'Forbid everyone from computing on data tagged "Biometric".', 'No one may compute on data tagged biometric.', 'Prohibit anybody from computing on any data tagged biometric.', 'Do not allow anyone to compute on data tagged biometric.', 'Nobody can compute on data tagged biometric.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { data: [{ tag: 'biometric' }] } },
    cases: [
      [payrollMean, 'allow'],
      [{ ...payrollMean, inputs: [input('Node C', 'Faces')] }, 'deny'],
      [{ ...payrollMean, inputs: [...payrollMean.inputs, input('Node C', 'Faces')] }, 'deny', 'Node A', 'Node B', 'Node C'],
      [{ ...payrollMean, inputs: [{ node: 'Node C', dataset: 'Faces', tags: ['BioMetric'] }] }, 'deny'],
    ],
  },
  {
    name: '10 Forbid … from … unless … signs',
    sentences: [
      'Forbid Node C from computing on Payroll unless the Chief Privacy Officer signs.',
      'Node C must not compute on Payroll unless the Chief Privacy Officer approves.',
      'Node C may not compute on Payroll without the approval of the Chief Privacy Officer.',
      'Deny Node C to compute on Payroll unless Chief Privacy Officer signs.',
      'Never let Node C compute on Payroll unless the Chief Privacy Officer agrees.',
      'Node C cannot compute on Payroll unless someone from Chief Privacy Officer signs.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { who: ['Node C'], data: [{ dataset: 'Payroll' }] }, unless: { quorum: { need: 1, of: [{ role: 'Chief Privacy Officer' }] } } },
    cases: [
      [by('Node C'), 'needs Ben'],
      [by('Node C'), 'allow', 'Ben'],
      [by('Node C'), 'needs Ben', 'Node C', 'Ana'],
      [by('Node A'), 'allow'],
      [by('Node C', { inputs: [input('Node C', 'Faces')] }), 'allow'],
    ],
  },
  {
    name: '11 No one may run …',
    sentences: ['No one may run Row Export.', 'Never allow anyone to run Row Export.', 'Forbid anyone from running Row Export.', 'Nobody may ever run Row Export.'.replace(' ever', ''), 'No node may run Row Export.'],
    beside: 'Allow Node A to compute.',
    rule: { kind: 'forbid', scope: { programs: ['Row Export'] } },
    cases: [
      [run('Row Export'), 'deny', 'Node A', 'Node B'],
      [payrollMean, 'allow'],
    ],
  },
  {
    name: '12 … must not compute … for …',
    sentences: ['Node C must not compute on data tagged cardholder for marketing.', 'Forbid Node C from computing on data tagged cardholder for Marketing.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { who: ['Node C'], data: [{ tag: 'cardholder' }], purposes: ['marketing'] } },
    cases: [
      [by('Node C', { inputs: cards, purpose: 'marketing' }), 'deny'],
      [by('Node C', { inputs: cards }), 'deny'],
      [by('Node C', { inputs: cards, purpose: 'fraud prevention' }), 'allow'],
      [by('Node A', { inputs: cards, purpose: 'marketing' }), 'allow'],
      [by('Node C', { purpose: 'marketing' }), 'allow'],
    ],
  },
  {
    name: '22 Never allow AI agents …',
    sentences: [
      'Never allow AI agents to compute on data tagged hr unless a person from Data Protection signs.',
      'Forbid any AI agent from computing on data tagged hr unless someone from Data Protection signs.',
      'No AI agent may compute on data tagged hr unless Data Protection signs.',
      'AI agents must not compute on data tagged hr without the approval of Data Protection.',
    ],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'forbid', scope: { agents: true, data: [{ tag: 'hr' }] }, unless: { quorum: { need: 1, of: [{ role: 'Data Protection' }] } } },
    cases: [
      [payrollMean, 'allow'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true } }, 'needs Cleo'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true } }, 'allow', 'Cleo'],
      [{ ...payrollMean, requester: { node: 'Node A', keyId: '' } as never }, 'needs Cleo'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true }, inputs: [input('Node C', 'Faces')] }, 'allow'],
    ],
  },
  {
    name: '22 Allow AI agents of …',
    sentences: ['Allow AI agents of Node A and Node B to run Mean.', 'AI agents of Node A or Node B may run Mean.'],
    rule: { kind: 'permit', scope: { agents: true, who: ['Node A', 'Node B'], programs: ['Mean'] } },
    cases: [
      [payrollMean, 'deny'],
      [{ ...payrollMean, requester: { ...payrollMean.requester, agent: true } }, 'allow'],
      [by('Node C', { requester: { node: 'Node C', keyId: 'key-Node C', agent: true } }), 'deny'],
    ],
  },
  {
    name: '31 Pause all computations … until … signs',
    sentences: ['Pause all computations on Payroll until Data Protection signs.', 'Pause every computation on Payroll until a person from Data Protection approves.', 'Pause computations on Payroll until someone from Data Protection agrees.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'pause', scope: { data: [{ dataset: 'Payroll' }] }, until: { quorum: { need: 1, of: [{ role: 'Data Protection' }] } } },
    cases: [
      [payrollMean, 'needs Cleo'],
      [payrollMean, 'allow', 'Cleo'],
      [payrollMean, 'needs Cleo', 'Ana', 'Node B'],
      [{ ...payrollMean, inputs: cards }, 'allow'],
    ],
  },
  {
    name: '31 Pause without an end',
    sentences: ['Pause all computations by Node A.'],
    beside: 'Allow anyone to compute.',
    rule: { kind: 'pause', scope: { who: ['Node A'] } },
    cases: [
      [payrollMean, 'deny', 'Node A', 'Node B'],
      [by('Node B'), 'allow'],
    ],
  },
]);
