import { type Plan, type PlanStep } from '#program';
import { type RecordedLink, allHeld, delayedLink, memoryLinks, planOf, recordedLink, reorderedLink, runParties, tamperedLink, tampers, whenQuiet } from '#testing';
import { type Link, ProtocolAbort, labelOf } from '../channel/index.js';
import { nativeKem } from '../ot/index.js';
import { type SessionOptions, runSession } from './session.js';

const vectors = {
  a: { party: 0, values: [7n, 2n ** 63n, 1n] },
  b: { party: 1, values: [3n, 2n ** 64n - 1n, 4n] },
  n: { party: 1, values: [12n] },
};
const steps: PlanStep[] = [
  { op: 'multiply', out: 'c', left: 'a', right: 'b' },
  { op: 'combine', out: 'd', columns: ['a'], weights: ['n'] },
  { op: 'require_at_least', value: 'n', bound: 10 },
  { op: 'relu', out: 'r', value: 'n' },
];
const isOnline = (message: string): boolean => /^(session-hello|additive|transcript)/.test(message);
/** Elementwise products and a comparison take one leg of transfers, a matrix two: it is left out where it is not looked at. */
const plans = { matrix: planOf(2, vectors, steps, { c: 3, d: 3, r: 1 }), plain: planOf(2, vectors, steps.filter(({ op }) => op !== 'combine'), { c: 3, r: 1 }) };
const planFor = (message: string): Plan => (message.startsWith('matrix') ? plans.matrix : plans.plain);
const plan = plans.plain;

/** Every message of the protocols, and the first frame of party 0 or 1 that carries it. */
const messages = [
  ['session-hello/5', 'hello'],
  ['masny-rindal-k-pke-768/1', 'keys'],
  ['masny-rindal-k-pke-768/1', 'ciphertexts'],
  ['softspoken/1', 'trees'],
  ['softspoken/1', 'corrections'],
  ['gilboa/1', 'payload'],
  ['bit-products/1', 'payload'],
  ['bit-words/1', 'payload'],
  ['matrix-gilboa/1', 'payload'],
  ['additive-z64/2', 'input'],
  ['additive-z64/2', 'round'],
  ['transcript-confirmation/1', 'seen'],
  ['additive-z64/2', 'output'],
] as const;

const hex = (frame: Uint8Array): string => Buffer.from(frame).toString('hex');
const tagOf = (frame: Uint8Array): number => new DataView(frame.buffer, frame.byteOffset).getUint32(8, true);
const places = new Map<string, { party: number; frame: number }>();
const offlineOf = (message: string): 'real' | 'ideal' => (isOnline(message) ? 'ideal' : 'real');

beforeAll(async () => {
  for (const names of messages) {
    const message = names.join(' ');
    const frames = await framesOf(offlineOf(message), planFor(message));
    const { tag } = labelOf(names[0], names[1]);
    const party = frames[0]!.some((frame) => tagOf(frame) === tag) ? 0 : 1;
    places.set(message, { party, frame: frames[party]!.findIndex((frame) => tagOf(frame) === tag) });
  }
});

const recordings = new Map<string, readonly (readonly Uint8Array[])[]>();

/** What both parties send in a session that goes well, recorded once. */
async function framesOf(offline: 'real' | 'ideal', of: Plan): Promise<readonly (readonly Uint8Array[])[]> {
  const key = `${offline} ${of.outputs.length}`;
  const known = recordings.get(key);
  if (known) return known;
  const links = memoryLinks(2);
  const recorded = links.map((row, party): RecordedLink => {
    const link = recordedLink(row[1 - party]!);
    row[1 - party] = link;
    return link;
  });
  await Promise.all(allHeld(await runParties(of, vectors, { offline, links })).map((each) => each.open([0, 1])));
  const frames = recorded.map(({ written }) => written);
  recordings.set(key, frames);
  return frames;
}

/** Both parties' ends of a session whose message went wrong: what each learned or how it stopped. */
async function runWith(message: string, tamper: keyof typeof tampers | 'reordered') {
  const { party, frame } = places.get(message)!;
  expect(frame).toBeGreaterThanOrEqual(0);
  const links = memoryLinks(2);
  const link = links[party]![1 - party]!;
  links[party]![1 - party] = tamper === 'reordered' ? reorderedLink(link, frame) : tamperedLink(link, frame, tampers[tamper]);
  // What a silent peer costs is the caller's deadline: here the moment when all wait.
  const deadline = new AbortController();
  const stopLooking = whenQuiet(links, () => deadline.abort());
  try {
    const results = await runParties(planFor(message), vectors, { offline: offlineOf(message), links, of: () => ({ signal: deadline.signal }) });
    return await Promise.allSettled(results.map(async (result) => {
      if (result.status === 'rejected') throw result.reason;
      try {
        return await result.value.open([0, 1]);
      } finally {
        result.value.discard();
      }
    }));
  } finally {
    stopLooking();
  }
}

describe.each(messages.map((names) => names.join(' ')))('`%s`', (message) => {
  // Headers and links work the same in every lane, so the quick messages stand for all.
  const all = Object.keys(tampers) as (keyof typeof tampers)[];
  test.each(isOnline(message) ? all : all.filter((tamper) => tamper !== 'header altered' && tamper !== 'cut off'))('%s, ends the session with a typed abort', async (tamper) => {
    const results = await runWith(message, tamper);
    const last = message === 'additive-z64/2 output';
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    for (const reason of reasons) {
      expect(reason).toBeInstanceOf(ProtocolAbort);
      expect((reason as ProtocolAbort).code).toMatch(/^CS070[1-8]$/);
      expect((reason as ProtocolAbort).message).not.toContain('\n');
    }
    // Nothing follows the last message: its content is the link's to authenticate, and whoever has it all is done.
    if (last && (tamper === 'altered' || tamper === 'repeated')) return;
    const oneEndMayBeDone = last || (tamper === 'repeated' && message.endsWith('seen'));
    expect(reasons.length).toBeGreaterThan(oneEndMayBeDone ? 0 : 1);
  });
});

/** Of 64-bit words; `c` is a · b. */
const product = ['21', String(BigInt.asIntN(64, 2n ** 63n * (2n ** 64n - 1n))), '4'];
const productsOf = (opened: ReadonlyMap<string, BigUint64Array> | undefined): string[] => Array.from(opened!.get('c')!, (word) => String(BigInt.asIntN(64, word)));

// Lanes are independent of one another: what overtakes a message of another lane does no harm.
test.each(messages.map((names) => names.join(' ')).filter((message) => !isOnline(message)))('`%s`, overtaken by the message after it, ends the session with a typed abort, or changes nothing', async (message) => {
  for (const result of await runWith(message, 'reordered')) {
    if (result.status === 'fulfilled') expect(productsOf(result.value)).toEqual(product);
    else expect(result.reason).toMatchObject({ name: 'ProtocolAbort', code: expect.stringMatching(/^CS070[1-8]$/) });
  }
});

test.each([2, 3])('links of %i parties that take their time while correlations are made change nothing', async (parties) => {
  let state = parties;
  const links = memoryLinks(parties).map((row) => row.map((link) => link && delayedLink(link, () => (state = (state * 16807) % 2147483647) % 3)));
  const own = planOf(parties, vectors, steps.filter(({ op }) => op !== 'combine'), { c: 3, r: 1 });
  for (const opened of await Promise.all(allHeld(await runParties(own, vectors, { offline: 'real', links })).map((each) => each.open(Array.from({ length: parties }, (_, i) => i))))) expect(productsOf(opened)).toEqual(product);
});

test.each([
  ['session-hello/5 hello', 'altered', 'CS0701'],
  ['masny-rindal-k-pke-768/1 keys', 'truncated', 'CS0703'],
  ['softspoken/1 corrections', 'altered', 'CS0708'],
  ['gilboa/1 payload', 'altered', 'CS0708'],
  ['gilboa/1 payload', 'header altered', 'CS0703'],
  ['bit-words/1 payload', 'altered', 'CS0708'],
  ['additive-z64/2 round', 'repeated', 'CS0704'],
  ['additive-z64/2 round', 'cut off', 'CS0702'],
  ['additive-z64/2 round', 'withheld', 'CS0704'],
  ['additive-z64/2 output', 'withheld', 'CS0702'],
  ['transcript-confirmation/1 seen', 'altered', 'CS0708'],
] as const)('`%s`, %s: %s', async (message, tamper, code) => {
  const results = await runWith(message, tamper);
  expect(results.map((result) => (result.status === 'rejected' ? (result.reason as ProtocolAbort).code : 'done'))).toContain(code);
});

test.each([
  ['another session', { sessionId: new Uint8Array(32).fill(6) }],
  ['another plan', { planDigest: '1'.repeat(64) }],
  ['another source of transfers', { correlations: 'ferret-b10' as const }],
  ['other base transfers', { kem: nativeKem }],
  // A plan whose digest is claimed to be the same.
  ['another profile of assumptions', { plan: { ...plan, assumptions: 'no-lpn' as const } }],
])('%s at one party is refused by both before anything else is sent', async (_, different) => {
  const links = memoryLinks(2);
  const recorded = recordedLink(links[0]![1]!);
  links[0]![1] = recorded;
  const results = await runParties(plan, vectors, { offline: 'real', links, of: (party) => (party === 1 ? different : {}) });
  for (const [party, result] of results.entries()) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0701', blame: 1 - party } });
  expect(recorded.written.length).toBe(1);
});

test.each([['sums', 0], ['choices', 1]] as const)('`ferret/1 %s`, altered in a session, is seen before anything is opened', async (message, party) => {
  const of = (): Partial<SessionOptions> => ({ correlations: 'ferret-b10' });
  const links = memoryLinks(2);
  let done = false;
  const { tag } = labelOf('ferret/1', message);
  const link = links[party]![1 - party]!;
  links[party]![1 - party] = {
    ...link,
    write(frame) {
      if (done || tagOf(frame) !== tag) return link.write(frame);
      done = true;
      return link.write(frame.with(20, frame[20]! ^ 1));
    },
  };
  const product = planOf(2, vectors, steps.slice(0, 1), { c: 3 });
  for (const result of await runParties(product, vectors, { offline: 'real', links, of })) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'CS0708' } });
  expect(done).toBe(true);
});

test.each(['agreeing', 'preparing', 'sharing', 'computing', 'held'] as const)('a signal while %s ends the session', async (phase) => {
  const stop = new AbortController();
  const onProgress: SessionOptions['onProgress'] = (progress) => progress.phase === phase && stop.abort();
  const results = await runParties(plan, vectors, { offline: 'real', of: (party) => (party === 0 ? { signal: stop.signal, onProgress } : {}) });
  const opened = await Promise.allSettled(results.map((result) => (result.status === 'fulfilled' ? result.value.open([0]) : Promise.reject(result.reason as Error))));
  expect(opened[0]).toMatchObject({ status: 'rejected', reason: { code: 'CS0706' } });
});

test.each([
  ['a missing input', { inputs: new Map() }, '`a` is missing'],
  ['an input of another length', { inputs: new Map([['a', new BigUint64Array(2)]]) }, '2 elements instead of 3'],
  ['an input of another party', { inputs: new Map([['a', new BigUint64Array(3)], ['b', new BigUint64Array(3)]]) }, '`b` is not one of party 0'],
  ['a party outside of the plan', { party: 2 }, 'party 2 is not in the plan'],
  ['a short session id', { sessionId: new Uint8Array(31) }, '`sessionId` is not 32 bytes'],
  ['a missing link', { links: [undefined, undefined] }, 'no link to party 1'],
])('%s is refused before a byte is sent', async (_, different, message) => {
  const recorded = recordedLink(memoryLinks(2)[0]![1]!);
  const options = { plan, planDigest: '0'.repeat(64), sessionId: new Uint8Array(32), party: 0, inputs: new Map([['a', new BigUint64Array(3)]]), links: [undefined, recorded] };
  const error = await runSession({ ...options, ...different }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'CS0710', message: expect.stringContaining(message) });
  expect(recorded.written.length).toBe(0);
});

test('a round that fails leads to nothing: what follows it is not sent, and no share is left to send', async () => {
  const [honest, sent] = await framesOf('ideal', plan);
  const rounds = labelOf('additive-z64/2', 'round').tag;
  const failing = sent!.findIndex((frame) => tagOf(frame) === rounds);
  const script = [...sent!.slice(0, failing), sent![failing]!.with(4, 9), ...sent!.slice(failing + 1)];
  const written: Uint8Array[] = [];
  const link: Link = {
    async write(frame) {
      written.push(frame.slice());
    },
    read: () => (script.length > 0 ? Promise.resolve(script.shift()!) : new Promise(() => undefined)),
    close: () => undefined,
  };
  const results = await runParties(plan, vectors, { offline: 'ideal', links: [[undefined, link]] });
  expect(results).toMatchObject([{ status: 'rejected', reason: { code: 'CS0704', blame: 1 } }]);
  await new Promise((resolve) => setImmediate(resolve));
  // With the same coins, whatever was sent is what an undisturbed session sends up to there.
  expect(written.map(hex)).toEqual(honest!.slice(0, written.length).map(hex));
  expect(written.length).toBe(failing + 1);
});
