import { KernelMemory } from '#kernels';
import { LAYOUTS, type LocalInstruction, place } from '#program/plans';
import { lowerBits, seededRandomness } from '#testing';
import { AdditiveSuite } from '../sharing/index.js';
import { Machine } from './machine.js';

test('an instruction that no machine knows ends the run', async () => {
  const lowered = lowerBits('additive-z64', 2, 1, 1);
  const placement = place(lowered, LAYOUTS['additive-z64']);
  const suite = new AdditiveSuite({ mesh: { self: 0, peers: [] } as never, randomness: seededRandomness('none'), correlations: {} as never });
  const machine = new Machine(lowered, placement, new KernelMemory(65_536), suite);
  const unknown = { op: 'divide', out: 0 } as unknown as LocalInstruction;
  await expect(machine.run([{ local: [unknown], interactive: [] }], () => undefined)).rejects.toThrow('no instruction `divide`');
});
