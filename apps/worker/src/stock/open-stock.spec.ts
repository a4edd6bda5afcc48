import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64Url, writeKeyFile } from '#pqc';
import { testNode } from '#testing';
import { NodeHome } from '../node-home/home.js';
import { writeJson } from '../node-home/private-file.js';
import type { PartySet } from './set.js';
import type { DiscardEvent } from './shelf.js';
import { openStock } from './stock.js';
import { sharesOf, TRIPLES } from './testing/parties.js';

const now = new Date('2026-11-22T10:00:00.000Z');
const passphrase = 'correct horse';
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'countersign-stock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A node home whose link key is under a passphrase. */
function makeHome(node: ReturnType<typeof testNode>): NodeHome {
  const path = join(folder, 'home');
  rmSync(join(path, 'keys'), { recursive: true, force: true });
  mkdirSync(join(path, 'keys'), { recursive: true });
  for (const purpose of ['link', 'approval', 'sealing'] as const) writeKeyFile(join(path, 'keys', `${purpose}.json`), { purpose, algorithm: node[purpose].algorithm, seed: node[purpose].seed() }, purpose === 'link' ? passphrase : undefined);
  writeJson(join(path, 'node.json'), {
    v: 1, name: 'Bank A', region: 'EU', listen: { host: '127.0.0.1' }, datasets: [],
    controlPlane: { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1, linkKey: toBase64Url(node.link.publicKey), logVkey: 'v', origin: 'o' },
  });
  return NodeHome.open(path, { now, passphrase });
}

test('the stock of a home is that of its keys and of those that it trusts: after a rotation here or there it is discarded', async () => {
  const events: DiscardEvent[] = [];
  const open = (home: NodeHome) => openStock(home, { markers: join(folder, 'markers'), mostBytes: 2 ** 20, mostSetBytes: 2 ** 20, onDiscard: (event) => void events.push(event) });
  const trust = (home: NodeHome, other: ReturnType<typeof testNode>): void => home.keepPins({ 'Bank B': { approvalKid: other.approval.kid, linkKid: other.link.kid, version: 1 } }, now);
  const setOf = (one: ReturnType<typeof testNode>, other: ReturnType<typeof testNode>): PartySet => ({ suite: 'additive-z64', parties: [{ node: 'Bank A', linkKid: one.link.kid }, { node: 'Bank B', linkKid: other.link.kid }], own: 0 });
  const fill = async (home: NodeHome, set: PartySet, batch: string): Promise<void> => {
    const stock = open(home);
    await stock.put({ set, batch, kind: 'triples', count: 10, assumption: 'softspoken', components: TRIPLES, shares: sharesOf(batch, { party: 0, count: 10 }) });
    await stock.close();
  };
  const kept = async (home: NodeHome): Promise<number> => {
    const stock = open(home);
    const { length } = stock.view();
    await stock.close();
    return length;
  };
  const [bankA, bankB] = [testNode('Bank A'), testNode('Bank B')];
  const [newA, newB] = [testNode('Bank A, rotated'), testNode('Bank B, rotated')];

  const home = makeHome(bankA);
  trust(home, bankB);
  await fill(home, setOf(bankA, bankB), 'b'.repeat(64));
  expect([await kept(home), events]).toEqual([1, []]);

  trust(home, newB);
  expect([await kept(home), events.map(({ code }) => code)]).toEqual([0, ['CS0768']]);

  await fill(home, setOf(bankA, newB), 'c'.repeat(64));
  const rotated = makeHome(newA);
  expect([await kept(rotated), events.map(({ code, records }) => [code, records])]).toEqual([0, [['CS0768', 10], ['CS0768', 10]]]);
});
