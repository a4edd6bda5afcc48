import { memoryLinks, settleShamir, shamirScenario } from '#testing';
import { type Link, ProtocolAbort, labelOf } from '../../channel/index.js';

const steps = ['seed', 'bits', 'input', 'round', 'seen', 'output'] as const;
const protocolOf = (step: string): string => (step === 'seen' ? 'transcript-confirmation/1' : 'shamir-p61/1');
const tags = new Map(steps.map((step) => [labelOf(protocolOf(step), step).tag, step]));
const recoverySteps = ['lost', 'again', 'correction'] as const;
const recoveryTags = new Map(recoverySteps.map((step) => [labelOf('shamir-p61/1', step).tag, step]));
const recoveryStepOf = (frame: Uint8Array): string | undefined => recoveryTags.get(new DataView(frame.buffer, frame.byteOffset).getUint32(8, true));
const stepOf = (frame: Uint8Array): string => tags.get(new DataView(frame.buffer, frame.byteOffset).getUint32(8, true)) ?? 'recovery';

/** Links of which party `who` writes frames up to number `which` on all together, and then none: it crashes. Tells the steps of its frames. */
function crashing(parties: number, who: number, which: number, links = memoryLinks(parties)): { links: (Link | undefined)[][]; written: string[] } {
  const written: string[] = [];
  const row = [...links[who]!];
  links[who] = row.map((link) => link && {
    ...link,
    async write(frame) {
      written.push(stepOf(frame));
      if (written.length > which) {
        for (const each of row) each?.close();
        throw new Error('crashed');
      }
      await link.write(frame);
    },
  });
  return { links, written };
}

/** What each party came to: `done`, or the code with which it stopped. Everything else is a failure of the test. */
async function run(parties: number, links: (Link | undefined)[][]): Promise<string[]> {
  const results = await settleShamir(parties, { ...shamirScenario.setting, links }, shamirScenario.run);
  return results.map((result) => {
    if (result.status === 'fulfilled') {
      expect(result.value).toEqual(shamirScenario.outputs);
      return 'done';
    }
    if (!(result.reason instanceof ProtocolAbort)) throw result.reason as Error;
    return result.reason.code;
  });
}

const without = <T>(all: readonly T[], index: number): T[] => all.filter((_, i) => i !== index);
const early = ['seed', 'bits', 'input'];

describe.each([[3, [0, 2]], [4, [0, 1, 2, 3]], [5, [1, 4]], [6, [5]], [8, [3]]] as const)('of %i parties', (parties, crashers) => {
  it.each(crashers)('party %i may crash at any moment, and the others end with the right outputs or none', async (who) => {
    const { links, written } = crashing(parties, who, Infinity);
    expect(await run(parties, links)).toEqual(Array.from({ length: parties }, () => 'done'));
    // Of more parties, every seventh frame will do.
    const frames = [...written];
    const lastRound = frames.lastIndexOf('round');
    const openings = frames.slice(0, lastRound + 1).filter((step) => step === 'round').length;
    expect(openings).toBeGreaterThan(0);
    for (const [which, step] of frames.entries()) {
      if (parties > 5 && which % 7 !== 0) continue;
      const rest = without(await run(parties, crashing(parties, who, which).links), who);
      if (early.includes(step)) expect(rest).toEqual(rest.map(() => 'CS0702'));
      // A spare party makes up for the lost one; without, products need everybody, and the last round, which opens bits, t + 1.
      else if (parties % 2 === 0 || step !== 'round' || which > lastRound - (parties - 1)) expect(rest).toEqual(rest.map(() => 'done'));
      else expect(rest).toEqual(rest.map(() => expect.stringMatching(/^(done|CS0702)$/)));
    }
  });
});

describe('of four parties', () => {
  it('those that are ahead correct the shares of those that are behind', async () => {
    const corrections = new Map<string, number>();
    for (let which = 0; which < 40; which++) {
      const { links } = crashing(4, 1, which);
      const seen = links.map((row, from) => (from === 1 ? row : row.map((link) => link && {
        ...link,
        write(frame: Uint8Array) {
          const step = recoveryStepOf(frame);
          if (step) corrections.set(step, (corrections.get(step) ?? 0) + 1);
          return link.write(frame);
        },
      })));
      await run(4, seen);
    }
    for (const step of recoverySteps) expect(corrections.get(step)).toBeGreaterThan(0);
  });

  it('a second crash leaves too few for products, and enough to open', async () => {
    for (let first = 0; first < 30; first += 3) {
      for (let second = 0; second < 50; second += 7) {
        const links = crashing(4, 0, first).links;
        const row = crashing(4, 2, second, links).links;
        const rest = (await run(4, row)).filter((_, party) => party % 2 === 1);
        expect(rest).toEqual(rest.map(() => expect.stringMatching(/^(done|CS0702)$/)));
      }
    }
  });

  it.each([[0, 1], [1, 3], [2, 0]])('a link between %i and %i that breaks ends in the right outputs or in none', async (one, other) => {
    for (let which = 0; which < 25; which++) {
      const links = memoryLinks(4);
      const link = links[one]![other]!;
      let written = 0;
      links[one]![other] = {
        ...link,
        async write(frame) {
          if (written++ >= which) {
            link.close();
            throw new Error('broken');
          }
          await link.write(frame);
        },
      };
      const all = await run(4, links);
      expect(all).toEqual(all.map(() => expect.stringMatching(/^(done|CS0702)$/)));
    }
  });
});
