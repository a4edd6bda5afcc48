/**
 * Whole sessions on loopback and on lines of 10 and 50 ms and 100 Mbit/s (`network.ts`: a relay in user space, where `tc netem` is not to be
 * had), over sealed links: what is made ahead, and what is left once inputs are there.
 */
import { createHash } from 'node:crypto';
import { runSession } from '#mpc';
import { planDigest } from '#program';
import { type Plan, costOf, lower } from '#program/plans';
import { type NetworkName, networks } from './network.js';
import { type Part, asParty, runPartyProcesses } from './party-processes.js';
import { type Setting, elementwise, inputsOf, matrixProduct } from './plans.js';
import { type BenchRow, median } from './row.js';

const two: Setting = { suite: 'additive-z64', parties: 2 };
const three: Setting = { suite: 'replicated-z64', parties: 3 };
const shamir: Setting = { suite: 'shamir-p61', parties: 3 };
const echoes = 9;

const sessions: Readonly<Record<string, () => Plan>> = {
  'less, batch 1e3, additive, two parties': () => elementwise(two, 'less', 1_000),
  'less, batch 1e5, additive, two parties': () => elementwise(two, 'less', 100_000),
  'matmul 784 x 128 by 128 x 128, additive, two parties': () => matrixProduct(two, 784, 128, 128),
  'less, batch 1e5, replicated, three parties': () => elementwise(three, 'less', 100_000),
  'products, batch 1e6, replicated, three parties': () => elementwise(three, 'multiply', 1_000_000),
  'matmul 784 x 128 by 128 x 128, replicated, three parties': () => matrixProduct(three, 784, 128, 128),
  'less, batch 1e3, Shamir, three parties': () => elementwise(shamir, 'less', 1_000),
};

interface Measured {
  /** Of each link, in the middle of a few. */
  readonly roundTripMs: number;
  /** From the first byte to standing links. */
  readonly meetingMs: number;
  readonly offlineMs: number;
  readonly onlineMs: number;
  readonly bytesSent: number;
}

async function play({ party, task: name, links, meeting }: Part<string>): Promise<Measured> {
  const trips: number[] = [];
  for (let i = 0; i < echoes; i++) trips.push(await links.find((link) => link !== undefined)!.roundTrip());
  const plan = sessions[name]!();
  const sessionId = new Uint8Array(createHash('sha256').update(`networks ${name}`).digest());
  const { stats: { offlineMs, onlineMs, bytesSent } } = await runSession({ plan, planDigest: planDigest(plan), sessionId, party, inputs: inputsOf(plan, party), links });
  return { roundTripMs: median(trips.slice(1)), meetingMs: meeting.ms, offlineMs, onlineMs, bytesSent };
}

export async function run(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const trips: Record<NetworkName, number[]> = { lan: [], metro: [], wan: [] };
  const meetings: Record<NetworkName, number[]> = { lan: [], metro: [], wan: [] };
  for (const [name, planFor] of Object.entries(sessions)) {
    const plan = planFor();
    rows.push({ name: `${name}: online rounds`, value: costOf(lower(plan)).rounds, unit: 'rounds' });
    for (const network of Object.keys(networks) as NetworkName[]) {
      const found = (await runPartyProcesses<string, Measured>(import.meta.url, { parties: plan.parties.length, network }, name)).map(({ value }) => value);
      const slowest = (of: keyof Measured): number => Math.max(...found.map((each) => each[of]));
      trips[network].push(median(found.map(({ roundTripMs }) => roundTripMs)));
      meetings[network].push(slowest('meetingMs'));
      rows.push(
        { name: `${name}, ${networks[network].name}: online`, value: slowest('onlineMs') / 1000, unit: 's' },
        { name: `${name}, ${networks[network].name}: made ahead`, value: slowest('offlineMs') / 1000, unit: 's' },
      );
      if (network === 'lan') rows.push({ name: `${name}: sent by a party in all`, value: slowest('bytesSent') / 1e6, unit: 'MB' });
    }
  }
  for (const network of Object.keys(networks) as NetworkName[]) {
    rows.push(
      { name: `${networks[network].name}: round trip that sessions measured`, value: median(trips[network]), unit: 'ms' },
      { name: `${networks[network].name}: handshakes, until all links stand`, value: median(meetings[network]), unit: 'ms' },
    );
  }
  return rows;
}

await asParty(play);
