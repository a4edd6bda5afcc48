import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../apps/cli/src/root.js';
import { Stock } from '../apps/worker/src/stock/index.js';
import { sharesOf, TRIPLES } from '../apps/worker/src/stock/testing/parties.js';
import { SigningKey, toBase64Url } from '../libs/pqc/src/index.js';
import { CommandLine } from './support/command-line.js';

test('`node stock` says what is there and what was discarded, beside a worker that has the stock open', async () => {
  const commands = new CommandLine();
  const home = join(commands.folder, 'home/nodes/bank-a');
  const link = SigningKey.generate('ML-DSA-65');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'node.json'), JSON.stringify({
    v: 1, name: 'Bank A', region: 'EU', listen: { host: '127.0.0.1' }, datasets: [],
    controlPlane: { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1, linkKey: toBase64Url(link.publicKey), logVkey: 'v', origin: 'o' },
  }));
  const empty = await commands.run('node', 'stock');
  expect(empty).toMatchObject({ code: 0, json: { sets: [], unreadable: [] } });
  expect(empty.stderr).toContain(`next: node ${join(ROOT, 'bin/countersign.mjs')} node start --as "Bank A"`);

  const stock = Stock.open({ path: home, link, isOurs: () => true }, { markers: join(commands.folder, 'markers'), mostBytes: 2 ** 20, mostSetBytes: 2 ** 20 });
  try {
    const set = { suite: 'additive-z64', parties: [{ node: 'Bank A', linkKid: link.kid }, { node: 'Bank B', linkKid: 'B'.repeat(43) }], own: 0 };
    const put = (batch: string): Promise<void> => stock.put({ set, batch, kind: 'triples', count: 100, assumption: 'softspoken+ml-kem-768', components: TRIPLES, shares: sharesOf(batch, { party: 0, count: 100 }) });
    await put('a'.repeat(64));
    stock.discard(set, 'CS0708');
    await put('b'.repeat(64));
    const { code, json } = await commands.run('node', 'stock', '--as', 'Bank A');
    expect(code).toBe(0);
    expect(json).toEqual({ sets: stock.view(), unreadable: [] });
    expect(json).toMatchObject({ sets: [{ parties: ['Bank A', 'Bank B'], batches: [{ left: 100 }], discards: [{ code: 'CS0708', records: 100 }] }] });
  } finally {
    await stock.close();
    await commands.close();
  }
});
