import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DataSource, type EntityManager } from 'typeorm';
import { isTerminal, JOB_STATES, TRANSITIONS, type JobState } from '#contract';
import { CONTROL_PLANE } from '../auth/caller.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../database/embedded-postgres.js';
import { openDatabase } from '../database/data-source.js';
import { Job, JobEventRow } from '../database/entities/jobs.js';
import { Policy } from '../database/entities/policies.js';
import { OutboxRow } from '../database/entities/log.js';
import { type TransitionName } from './crash-points.js';
import { begin, IllegalTransition, transition } from './transition.js';

let folder: string;
let postgres: EmbeddedPostgres;
let database: DataSource;
const committed: string[] = [];
const NO_LIMITS = { at: new Date(), decision: 1, limits: { all: [] } };
const JOB = { id: `job_${'0'.repeat(20)}` };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-transition-'));
  // The database's account passes through, so that its files go with the folder.
  chmodSync(folder, 0o711);
  postgres = await startEmbeddedPostgres(join(folder, 'pg'));
  await postgres.createDatabase('jobs');
  database = await openDatabase({ url: postgres.url('jobs'), pool: 4, onTransition: (when: 'before' | 'after', name: TransitionName) => committed.push(`${name}:${when}`) });
  await database.transaction(async (manager) => {
    await manager.insert(Policy, { version: 1, file: 'p', source: '', digest: 'a'.repeat(64), registry: { nodes: [], datasets: [], programs: [], roles: [] }, sentences: [], publishedBy: 'nobody' });
    await begin(manager, {
      ...JOB, digest: 'b'.repeat(64), requester: 'Bank A', spec: {} as never, statement: '', policyVersion: 1, decision: { outcome: 'deny', obligations: { minimumGroup: 0 } } as never, waitingFor: [], notBefore: null, expiresAt: new Date('2100-01-01T00:00:00Z'),
    }, { actor: CONTROL_PLANE });
    await manager.query(`INSERT INTO decisions (job_id, at, policy_version, request, facts, outcome, summary, rules, decided_by, content) VALUES ($1, now(), 1, '{}', '{}', 'allow', '', '[]', 'policy', sha256(''))`, [JOB.id]);
  });
});
afterAll(async () => {
  await database?.destroy();
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs in a transaction that is taken back, from `state`. */
async function from(state: JobState, act: (manager: EntityManager) => Promise<void>): Promise<void> {
  const undo = new Error('undo');
  await database.transaction(async (manager) => {
    await manager.query('UPDATE jobs SET state = $1', [state]);
    await act(manager);
    throw undo;
  }).catch((error: unknown) => {
    if (error !== undo) throw error;
  });
}

describe('a transition', () => {
  test.each(JOB_STATES)('from %s goes where the table says and nowhere else', async (state) => {
    for (const to of JOB_STATES) {
      await from(state, async (manager) => {
        const legal = TRANSITIONS[state].includes(to);
        if (!legal) return expect(transition(manager, JOB, to, { actor: CONTROL_PLANE })).rejects.toBeInstanceOf(IllegalTransition);
        const before = await manager.count(OutboxRow);
        const job = await transition(manager, JOB, to, { actor: CONTROL_PLANE, code: 'CS0421', reason: 'because', reservation: NO_LIMITS });
        expect([job.state, (await manager.findOneByOrFail(Job, JOB)).state]).toEqual([to, to]);
        expect(await manager.count(OutboxRow)).toBe(before + 1);
        expect(await manager.findOneByOrFail(JobEventRow, { jobId: JOB.id, seq: 2 })).toMatchObject({ from: state, to, code: 'CS0421', reason: 'because' });
      });
    }
  });

  test.each(JOB_STATES.flatMap((state) => TRANSITIONS[state].map((to) => [state, to] as const)))('from %s to %s does with what the job draws what the rules say', async (state, to) => {
    const isExit = isTerminal(to) && to !== 'released';
    const started = ['accepted', 'running', 'held'].includes(state);
    const expected = to === 'offered' ? 'reserved' : to === 'held' ? 'charged' : isExit || to === 'needs_signatures' || (to === 'authorised' && state !== 'offered') ? (started ? 'charged' : 'refunded') : 'reserved';
    await from(state, async (manager) => {
      await manager.query("INSERT INTO job_uses VALUES ($1, now(), 'reserved', 1)", [JOB.id]);
      await transition(manager, JOB, to, { actor: CONTROL_PLANE, reservation: NO_LIMITS });
      expect(await manager.query('SELECT state FROM job_uses')).toEqual([{ state: expected }]);
    });
    // What was charged is never taken for reserved, and what was given back is not charged.
    for (const settled of ['charged', 'refunded']) {
      await from(state, async (manager) => {
        await manager.query('INSERT INTO job_uses VALUES ($1, now(), $2, 1)', [JOB.id, settled]);
        await transition(manager, JOB, to, { actor: CONTROL_PLANE, reservation: NO_LIMITS });
        expect(await manager.query('SELECT state FROM job_uses')).toEqual([{ state: to === 'offered' ? 'reserved' : settled }]);
      });
    }
  });

  test('to offered without a reservation is a bug', async () => {
    await from('authorised', (manager) => expect(transition(manager, JOB, 'offered', { actor: CONTROL_PLANE })).rejects.toThrow('reservation'));
  });

  test('leaves nothing when its transaction fails', async () => {
    await from('submitted', async (manager) => void (await transition(manager, JOB, 'denied', { actor: CONTROL_PLANE })));
    expect((await database.manager.findOneByOrFail(Job, JOB)).state).toBe('submitted');
    expect(await database.manager.count(JobEventRow)).toBe(1);
    expect(await database.manager.count(OutboxRow)).toBe(1);
    expect(committed).toEqual(['new->submitted:before', 'new->submitted:after']);
  });

  test('of two at once, one wins and the other sees it', async () => {
    const move = (to: JobState) => database.transaction((manager) => transition(manager, JOB, to, { actor: CONTROL_PLANE }));
    const results = await Promise.allSettled([move('cancelled'), move('expired')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(isTerminal((await database.manager.findOneByOrFail(Job, JOB)).state)).toBe(true);
    expect(await database.manager.count(JobEventRow)).toBe(2);
  });

  test('outside of a transaction is a bug', async () => {
    await expect(transition(database.manager, JOB, 'denied', { actor: CONTROL_PLANE })).rejects.toThrow();
  });
});
