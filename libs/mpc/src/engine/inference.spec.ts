import { type TrainedNetwork, allHeld, networkPlan, runParties, trainedNetwork, withData } from '#testing';
import { type SuiteName } from '#program';

/** How far a logit may be from that of the reference. */
const TOLERANCE = 0.05;

const SETTINGS: readonly (readonly [SuiteName, number])[] = [['additive-z64', 2], ['additive-z64', 3], ['replicated-z64', 3], ['shamir-p61', 3]];
const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

async function logitsOf({ model, images }: TrainedNetwork, count: number, [suite, parties]: (typeof SETTINGS)[number]): Promise<number[][]> {
  const { plan, elements } = networkPlan(model, { suite, parties, inputs: images(count) });
  const held = allHeld(await runParties(plan, Object.fromEntries(plan.inputs.map(({ name, party }) => [name, { party, values: elements.get(name)! }])), { offline: 'ideal' }));
  const [opened] = await Promise.all(held.map((each) => each.open([0])));
  for (const each of held) each.discard();
  const [{ name, fractionBits }] = plan.outputs as [(typeof plan.outputs)[number]];
  const logits = Array.from(opened!.get(name)!, (word) => Number(BigInt.asIntN(64, word)) * 2 ** -fractionBits);
  return Array.from({ length: count }, (_, image) => logits.slice(10 * image, 10 * image + 10));
}

const networks = (['a', 'b'] as const).map((name) => [name, trainedNetwork(name)] as const).filter((each): each is ['a' | 'b', TrainedNetwork] => each[1] !== undefined);
(networks.length > 0 ? describe : describe.skip).each(SETTINGS)(withData('networks that others trained, %s with %i parties', 'crypten-mnist-networks/reference.json'), (...setting) => {
  it.each(networks)('network %s finds the labels of the reference, and its logits', async (name, network) => {
    const logits = await logitsOf(network, name === 'a' ? 12 : 1, setting);
    for (const [image, own] of logits.entries()) {
      expect(greatest(own)).toBe(greatest(network.logits[image]!));
      own.forEach((logit, i) => expect(Math.abs(logit - network.logits[image]![i]!)).toBeLessThan(TOLERANCE));
    }
  });
});

(networks.length > 0 ? describe : describe.skip)(withData('by replicated sharing', 'crypten-mnist-networks/reference.json'), () => {
  it.each(networks)('network %s labels all 100 images as the reference does', async (_, network) => {
    const logits = await logitsOf(network, 100, ['replicated-z64', 3]);
    expect(logits.map(greatest)).toEqual(network.logits.map(greatest));
    logits.forEach((own, image) => own.forEach((logit, i) => expect(Math.abs(logit - network.logits[image]![i]!)).toBeLessThan(TOLERANCE)));
  });
});
