import { seededRandomness } from '#testing';
import { expand, seedBytes } from '../ot/index.js';
import { type AheParameters, aheSets, answerBytes, leakDeviation, makeSecretKey, wholeLoad } from './index.js';
import { answerBodyBytes } from '#program/plans';
import { Setting, momentsOf } from './testing/setting.js';

const sets: readonly AheParameters[] = [...aheSets.slots, aheSets.words];

describe.each(sets)('with `$name`', (parameters) => {
  const { degree, bodyBits, maskBits } = parameters;
  let setting: Setting;
  beforeAll(() => {
    setting = new Setting(parameters, seededRandomness(parameters.name));
  });

  test('a secret has all three coefficients equally often, and keys differ', () => {
    const { scheme, memory } = setting;
    const secret = setting.negatedSecret();
    const counts = [-1, 0, 1].map((value) => secret.filter((each) => each === value).length);
    expect(counts.reduce((sum, count) => sum + count)).toBe(degree);
    for (const count of counts) expect(Math.abs(count - degree / 3)).toBeLessThan(6 * Math.sqrt((degree * 2) / 9));
    const firsts = [0, 1].map((i) => memory.within(() => {
      const poly = memory.take(scheme.ring.polyBytes);
      makeSecretKey(scheme, seededRandomness(`secret ${i}`)).put(scheme, 0, poly);
      return Buffer.from(memory.bytes.subarray(poly, poly + 64)).toString('hex');
    }));
    expect(firsts[0]).not.toBe(firsts[1]);
  });

  test('errors have the stated deviation', () => {
    const noise = setting.phase(setting.encrypt()).map(Number);
    const { mean, variance } = momentsOf(noise);
    expect(Math.abs(mean)).toBeLessThan(0.25);
    expect(variance).toBeGreaterThan(9.5);
    expect(variance).toBeLessThan(11.5);
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(21);
  });

  test('two encryptions of the same have nothing in common', () => {
    const [one, other] = [setting.encrypt(), setting.encrypt()];
    for (const part of ['body', 'mask'] as const) expect(Buffer.from(one[part].subarray(0, 32)).equals(other[part].subarray(0, 32))).toBe(false);
  });

  test('the noise of an answer is what the bound says, and its largest far below a step of the rounding', () => {
    // Multipliers as large as they can be.
    const half = setting.t / 2n - 1n;
    const y = expand(new Uint8Array(seedBytes), degree).map((coin) => BigInt.asUintN(64, coin % 2n === 0n ? half : -half));
    const ciphertext = setting.encrypt();
    const noise = setting.memory.within(() => setting.phase(setting.ciphertextOf(setting.sums([ciphertext], [y]))).map(Number));
    const bound = leakDeviation(parameters, wholeLoad(parameters, 1));
    const deviation = Math.sqrt(momentsOf(noise).variance);
    // Nothing was rounded here, which the bound counts as variance 1/4 beside 21/2.
    expect(deviation).toBeGreaterThan(bound * 0.9);
    expect(deviation).toBeLessThan(bound * 1.1);
    expect(Math.log2(Math.max(...noise.map(Math.abs)))).toBeLessThan(Math.log2(Number(setting.q)) - bodyBits - 40 - 8);
  });

  test('a mask gets an error even where its key would add none', () => {
    const nothing = new Uint8Array(setting.scheme.elementBytes);
    const errors = setting.memory.within(() => {
      const { mask } = setting.sums([], [], { body: nothing, mask: nothing });
      setting.unscale(mask, 0);
      return setting.centred(mask, 0);
    });
    expect(momentsOf(errors).variance).toBeGreaterThan(9.5);
    expect(momentsOf(errors).variance).toBeLessThan(11.5);
  });

  test('an answer is flooded over a whole step of its rounding, and re-randomised', () => {
    const x = setting.encrypt(new BigUint64Array(degree).fill(3n));
    const [answer, other] = [0, 1].map(() => setting.answer([x], [BigUint64Array.of(1n)])) as [Uint8Array, Uint8Array];
    const bodyBytes = answerBodyBytes(parameters, degree);
    expect(answer).toHaveLength(answerBytes(parameters, degree));
    expect(Buffer.from(answer.subarray(bodyBytes, bodyBytes + 64)).equals(other.subarray(bodyBytes, bodyBytes + 64))).toBe(false);

    // Some coefficients of d'_0/2^w_0 + d'_1·s/2^w_1, less the plaintext's own, in steps of 2^-w_0.
    const negated = setting.negatedSecret().map(BigInt);
    const masks = Array.from({ length: degree }, (_, i) => numberAt(answer, 8 * bodyBytes + maskBits * i, maskBits));
    const words = setting.decrypt(answer);
    const unit = 1n << BigInt(maskBits);
    const rests = Array.from({ length: 400 }, (_, at) => {
      let sum = numberAt(answer, bodyBits * at, bodyBits) << BigInt(maskBits - bodyBits);
      for (let i = 0; i < degree; i++) sum -= masks[i]! * (at >= i ? negated[at - i]! : -negated[at - i + degree]!);
      return Number(BigInt.asIntN(maskBits, sum - (words[at]! * unit) / setting.t)) / 2 ** (maskBits - bodyBits);
    });
    // Rounded at random: mean 0 and variance 1/6. Rounded down it would be a mean of −1/2, rounded to the nearest a variance of 1/12.
    const { mean, variance } = momentsOf(rests);
    expect(Math.abs(mean)).toBeLessThan(0.12);
    expect(variance).toBeGreaterThan(0.13);
    expect(variance).toBeLessThan(0.21);
  });
});

function numberAt(bytes: Uint8Array, bit: number, bits: number): bigint {
  let value = 0n;
  for (let i = Math.ceil((bit + bits) / 8) - 1; i >= bit >> 3; i--) value = (value << 8n) | BigInt(bytes[i]!);
  return (value >> BigInt(bit & 7)) & ((1n << BigInt(bits)) - 1n);
}

test('rounding q·x/2^64 at random adds an error of mean 0 whatever x is', () => {
  const setting = new Setting(aheSets.words, seededRandomness('rounding'));
  const { q } = setting;
  const restOf = (word: bigint): bigint => (q * BigInt.asIntN(64, word)) & (2n ** 64n - 1n);
  // A word for which the fraction is just below a half: rounded to the nearest, every coefficient would be off by as much to one side.
  const x = expand(new Uint8Array(seedBytes), 4096).filter((word) => restOf(word) < 2n ** 63n).reduce((best, word) => (restOf(word) > restOf(best) ? word : best));
  const down = (q * BigInt.asIntN(64, x) - restOf(x)) / 2n ** 64n;
  const noise = setting.phase(setting.encrypt(new BigUint64Array(aheSets.words.degree).fill(x))).map((each) => {
    const rest = (((each - down) % q) + q) % q;
    return Number(rest > q / 2n ? rest - q : rest);
  });
  // Five deviations of the mean of 8,192 errors.
  expect(Math.abs(momentsOf(noise).mean - Number(restOf(x)) / 2 ** 64)).toBeLessThan(0.18);
});
