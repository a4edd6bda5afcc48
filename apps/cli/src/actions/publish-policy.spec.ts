import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, type PolicyView } from '#contract';
import { compile } from '#policy';
import { NodeHome } from '../node-home.js';
import { acceptPolicy } from './publish-policy.js';

/** What an operator accepts is what this program compiled from the text shown, whatever the control plane says of it. */

const digestOf = (source: string): string => {
  const compiled = compile(source, { nodes: ['Bank A', 'Bank B'], datasets: [], programs: ['Mean'], roles: [] });
  if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
  return compiled.policy.digest;
};
const strict = 'Allow Bank A to compute only if Bank B signs.';
const lax = 'Allow anyone to compute.';
const now = new Date('2026-11-22T10:00:00.000Z');
const client = {
  nodes: async () => ['Bank A', 'Bank B'].map((name) => ({ name, status: 'registered', datasets: [] })),
  programs: async () => [{ name: 'Mean' }],
} as unknown as ApiClient;
const view = (fields: Partial<PolicyView>): PolicyView => ({
  version: 3, file: 'p.policy', source: strict, digest: digestOf(strict), sentences: [], publishedAt: now.toISOString(), publishedBy: 'key:1', inForce: true, state: 'in_force', signatures: [], ...fields,
});

let home: NodeHome;
beforeEach(() => {
  home = new NodeHome(mkdtempSync(join(tmpdir(), 'countersign-accept-')));
});
afterEach(() => rmSync(home.path, { recursive: true }));

test.each([true, false])('a digest that is not of the text shown is not accepted (in force: %s)', async (inForce) => {
  await expect(acceptPolicy(home, client, view({ digest: digestOf(lax), inForce }), now)).rejects.toMatchObject({ code: 'CS0352' });
  expect(home.acceptedPolicies()).toEqual([]);
});

test('a policy accepted anew is the newest entry, once', async () => {
  await acceptPolicy(home, client, view({}), now);
  await acceptPolicy(home, client, view({ source: lax, digest: digestOf(lax), version: 4 }), now);
  await acceptPolicy(home, client, view({ version: 5 }), now);
  expect(home.acceptedPolicies().map(({ version }) => version)).toEqual([4, 5]);
});
