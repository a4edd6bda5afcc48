import { randomBytes, randomFillSync } from 'node:crypto';
import { KernelMemory } from '#kernels';
import { type Regions, type Subject, regionBytes } from './subject.js';

const rounds = 5;
const perRound = 12_000;
const batch = 1000;
const warmUpCalls = 6000;
/** Slower ones are the operating system's doing: what of all measurements is kept. */
const keptShare = 0.9;
const nanosecondsPerMs = 1e6;

export interface Measured {
  /** Of all rounds; positive where random operands are slower. */
  readonly t: number;
  /** Rounds in which they are. */
  readonly slower: number;
  readonly rounds: number;
  readonly nanoseconds: number;
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** Milliseconds by class: 0 with the fixed operand, 1 with random ones. */
type Times = readonly [number[], number[]];

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { count: values.length, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}


/** Without the slowest, of both classes by one limit. */
function kept(times: Times): readonly [Moments, Moments] {
  const slowest = times.flat().sort((a, b) => a - b)[Math.floor((times[0].length + times[1].length) * keptShare)];
  return [momentsOf(times[0].filter((value) => value <= slowest)), momentsOf(times[1].filter((value) => value <= slowest))];
}

function round({ fixed, draw, prepare, run }: Subject): Times {
  const size = fixed.length;
  const memory = new KernelMemory(5 * (regionBytes + 64) + size);
  // Not always the same distance from the start of a page.
  memory.take(64 * (randomBytes(1)[0] & 63));
  const at = memory.take(size);
  const regions: Regions = [memory.take(regionBytes), memory.take(regionBytes), memory.take(regionBytes), memory.take(regionBytes)];
  randomFillSync(memory.bytes, regions[0], 4 * regionBytes);
  prepare?.(memory, regions);
  const times: Times = [[], []];
  const operands = new Uint8Array(batch * size);
  for (let done = -warmUpCalls; done < perRound; done += batch) {
    // Operands of both classes are made alike before anything is timed, so that they come from the same place.
    const classes = randomBytes(batch).map((byte) => byte & 1);
    classes.forEach((drawn, i) => {
      const random = draw();
      operands.set(drawn === 1 ? random : fixed, i * size);
    });
    for (let i = 0; i < batch; i++) {
      memory.bytes.set(operands.subarray(i * size, (i + 1) * size), at);
      const startedAt = performance.now();
      run(memory, at, regions);
      const took = performance.now() - startedAt;
      if (done >= 0) times[classes[i] as 0 | 1].push(took);
    }
  }
  return times;
}

export function measure(subject: Subject): Measured {
  const all = Array.from({ length: rounds }, () => kept(round(subject)));
  const differences = all.map(([fixed, random]) => random.mean - fixed.mean);
  // Rounds lie in other places and so have other means: their differences are added up, not their times.
  const variance = all.reduce((sum, [fixed, random]) => sum + fixed.variance / fixed.count + random.variance / random.count, 0);
  const total = differences.reduce((sum, difference) => sum + difference, 0);
  return { t: total / Math.sqrt(variance), slower: differences.filter((difference) => difference > 0).length, rounds, nanoseconds: (total / rounds) * nanosecondsPerMs };
}

