import { programByName, type ParameterValue } from '#program';
import { type ReportFacts } from '../facts.js';

const DIGEST = 'ab'.repeat(32);
const receipt = (node: string): ReportFacts['job']['receipts'][number] => ({ node, attempt: 1, plan: DIGEST, transcript: DIGEST, bytesSent: 1_200_000, bytesReceived: 1_100_000, rounds: 31, offlineMs: 210, onlineMs: 340, statement: 'x.y.z' });

/** Facts of a released job of three banks, for specs. */
export function factsOf(program: string, result: Readonly<Record<string, unknown>>, parameters: Readonly<Record<string, ParameterValue>> = {}, change: Partial<ReportFacts> = {}): ReportFacts {
  const definition = programByName(program) ?? { name: program, digest: DIGEST, opens: 'The receivers learn what the program opens, and nothing else.' };
  const at = '2026-11-29T11:40:03.000Z';
  const parties = ['Bank A', 'Bank B', 'Bank C'];
  return {
    receiver: 'Bank A', program: definition, madeAt: new Date('2026-11-29T12:00:00.000Z'), version: '0.1.0', checked: { here: true, firstSeen: [] },
    result: { job: 'job_0123456789abcdef0123', result, suite: 'additive-z64', rounds: 31, bytes: { sent: 1_200_000, received: 1_100_000 }, seconds: { offline: 0.21, online: 0.34, total: 0.7 }, at },
    decision: {
      outcome: 'allow', summary: 'Bank A may run it on Loans', missing: [], canSign: [], signaturesHelp: false, obligations: { minimumGroup: 25 },
      rules: [{ file: 'credit.policy', line: 11, sentence: 'Bank A may run Statistics on Loans only if Bank B signs.', why: 'allows this once it is signed' }],
    } as unknown as ReportFacts['decision'],
    approvals: [{ signer: 'Bank B', kid: 'NanSZJUxpQXVNanSZJUx', at }],
    job: {
      id: 'job_0123456789abcdef0123', digest: DIGEST, state: 'released', attempt: 1, statement: 'x.y.z', createdAt: at, updatedAt: at,
      spec: {
        v: 1, type: 'job', issuer: 'Bank A', kid: 'key', issuedAt: '2026-11-29T11:39:00.000Z', expiresAt: '2026-11-30T11:39:00.000Z', nonce: 'AAAAAAAAAAAAAAAAAAAAAA', program: { name: program, digest: definition.digest }, parameters: { ...parameters },
        inputs: parties.map((node) => ({ node, dataset: 'Loans', role: 'rows' })), parties, receivers: ['Bank A'], purpose: 'risk monitoring', security: { model: 'semi-honest', majority: 'dishonest' }, suite: 'auto', policy: DIGEST,
      },
      policy: { version: 1, digest: DIGEST },
      decision: {} as ReportFacts['decision'],
      signatures: [],
      duties: [], receipts: parties.map(receipt), progress: [],
      history: [{ seq: 1, at, to: 'authorised', attempt: 0 }, { seq: 2, at: '2026-11-29T11:40:04.500Z', from: 'authorised', to: 'released', attempt: 1 }],
    },
    ...change,
  } as ReportFacts;
}
