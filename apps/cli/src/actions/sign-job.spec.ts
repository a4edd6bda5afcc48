import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnStatementsFile, type ApiClient } from '#contract';
import { verifyBundle } from '#verify';
import { Consortium } from '#testing';
import { NodeHome } from '../node-home.js';
import { refuseJob, withdrawApproval } from './sign-job.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const world = new Consortium({ nodes: ['Bank A', 'Bank B'], policy: 'Allow anyone to compute only if Bank B signs.', now });
const job = verifyBundle(world.bundle(world.job('Bank A')), { pins: world.pins, acceptedPolicies: new Set([world.policy.digest]), now });

test('a refusal and a withdrawal are kept here before they are handed in, also when nobody takes them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sign-'));
  const kept = new NodeHome(folder);
  const home = { name: 'Bank B', signature: () => ({ issuer: 'Bank B' }), signingKey: () => world.node('Bank B').approval, keepStatement: kept.keepStatement.bind(kept) } as unknown as NodeHome;
  const fails = () => Promise.reject(new Error('nobody answers'));
  const signing = { home, job, now, client: { veto: fails, withdraw: fails } as unknown as ApiClient };
  await expect(withdrawApproval(signing)).rejects.toThrow('nobody answers');
  await expect(refuseJob(signing, 'not now')).rejects.toThrow('nobody answers');
  const { statements } = OwnStatementsFile.parse(JSON.parse(readFileSync(join(folder, 'own-statements.json'), 'utf8')));
  expect(statements.map(({ type, job: about, expiresAt }) => [type, about, expiresAt])).toEqual([
    ['withdrawal', job.digest, job.spec.expiresAt], ['veto', job.digest, job.spec.expiresAt],
  ]);
  rmSync(folder, { recursive: true });
});
