import { type Plan } from '#program';
import { allHeld, memoryLinks, planOf, runParties } from '#testing';
import { reconstructOutputs } from './reconstruct.js';

const vectors = { a: { party: 0, values: [1n, 2n] }, b: { party: 1, values: [3n, 40n] } };
const plan = planOf(2, vectors, [{ op: 'multiply', out: 'c', left: 'a', right: 'b' }], { c: 2 });

test('a plan of an unknown suite is run by nobody', async () => {
  const unknown = { ...plan, suite: 'additive-z128' } as unknown as Plan;
  for (const result of await runParties(unknown, vectors, { offline: 'ideal' })) expect(result).toMatchObject({ status: 'rejected', reason: { name: 'SessionInputError', message: expect.stringContaining('suite `additive-z128` is unknown') as string } });
});

test('values that break what their owner declared end the session, which names the owner', async () => {
  const within = planOf(2, vectors, [{ op: 'require_within', value: 'b', min: '0', max: '39', party: 1 }, { op: 'add', out: 'c', terms: ['a'] }], { c: 2 });
  for (const result of await runParties(within, vectors, { offline: 'ideal' })) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0660', blame: 1, step: 'require_within' } });
  const fitting = { ...vectors, b: { party: 1, values: [0n, 39n] } };
  for (const held of allHeld(await runParties(within, fitting, { offline: 'ideal' }))) held.discard();
});

test('rows that stand in another order than they are put beside end the session by a code of their own', async () => {
  const ordered = planOf(2, vectors, [{ op: 'require_within', value: 'b', min: '0', max: '39', party: 1, because: 'order' }, { op: 'add', out: 'c', terms: ['a'] }], { c: 2 });
  for (const result of await runParties(ordered, vectors, { offline: 'ideal' })) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0661', blame: 1, step: 'require_within' } });
});

test('shares are handed out before outputs are opened or discarded, and not after', async () => {
  const held = allHeld(await runParties(plan, vectors, { offline: 'ideal' }));
  const handed = new Map(held.map((each, party) => [party, each.handOut()]));
  expect([...reconstructOutputs(plan, handed).get('c')!]).toEqual([3n, 80n]);
  await Promise.all(held.map((each) => each.open([0])));
  for (const each of held) expect(() => each.handOut()).toThrow('already opened or discarded');
  const discarded = allHeld(await runParties(plan, vectors, { offline: 'ideal', links: memoryLinks(2) }));
  for (const each of discarded) {
    each.discard();
    expect(() => each.handOut()).toThrow('already opened or discarded');
    await expect(each.open([0])).rejects.toThrow('already opened or discarded');
  }
});

test.each([['additive-z64', 3, 2], ['replicated-z64', 3, 2], ['shamir-p61', 5, 2]] as const)('%s of %i parties: shares of %i are too few for a value', async (suite, parties, few) => {
  const of = planOf(parties, vectors, [{ op: 'add', out: 'c', terms: ['a', 'b'] }], { c: 2 }, suite);
  const held = allHeld(await runParties(of, vectors, { offline: 'ideal' }));
  const handed = held.map((each, party) => [party, each.handOut()] as const);
  held.forEach((each) => each.discard());
  expect([...reconstructOutputs(of, new Map(handed)).get('c')!]).toEqual([4n, 42n]);
  expect(() => reconstructOutputs(of, new Map(handed.slice(0, few)))).toThrow(`shares of ${few} parties are too few`);
});
