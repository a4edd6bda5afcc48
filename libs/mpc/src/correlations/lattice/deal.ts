import { KernelMemory, addInto, matrixScratchBytes } from '#kernels';
import { type MatrixShape } from '#program/plans';
import { type Mesh, type Peer, type Randomness, pairLane } from '../../channel/index.js';
import { type MatrixTriple, type Triples, wipeMatrix } from '../pools.js';
import { bytesOf } from '../words.js';
import { receiveLatticeKeys, sendLatticeKeys } from './keys/index.js';
import { Lattice, type LatticeKind, type LatticeParty, latticeTableBytes } from './lattice.js';
import { latticeMatrixMemoryBytes, receiveLatticeMatrix, sendLatticeMatrix } from './matrix/index.js';
import { productsMemoryBytes, receiveLatticeProducts, sendLatticeProducts } from './products/index.js';

/** Beyond the lanes of legs of transfers. The cross terms of matrices have a lane each way, so that neither end waits for the other. */
const lanes: Readonly<Record<LatticeKind, number>> = { products: pairLane + 8, matrix: pairLane + 9 };
const matrixLanes = [lanes.matrix, lanes.matrix + 1] as const;

interface LatticeDealing {
  readonly mesh: Mesh;
  readonly randomness: Randomness;
}

/** Which ends of a lane make keys, and whether this end speaks first: the other way round at the other end. */
interface KeySetUp {
  readonly owns: boolean;
  readonly peerOwns: boolean;
  readonly first: boolean;
}

/** Sets keys up on one lane and runs `roles` with them, side by side; wipes the own ones. */
async function withKeys(party: LatticeParty, { owns, peerOwns, first }: KeySetUp, roles: (party: LatticeParty) => readonly Promise<void>[]): Promise<void> {
  const earlier = peerOwns && !first ? await receiveLatticeKeys(party) : undefined;
  const own = owns ? await sendLatticeKeys(party) : undefined;
  let running: readonly Promise<void>[] = [];
  try {
    const peers = peerOwns && first ? await receiveLatticeKeys(party) : earlier;
    running = roles({ ...party, ...(own && { own }), ...(peers && { peers }) });
    await Promise.all(running);
  } finally {
    // INVARIANT: not while one role runs on after the other failed: under a key of zeros a ciphertext shows what it encrypts.
    void Promise.allSettled(running).then(() => own?.forEach((key) => key.wipe()));
  }
}

/** Adds the cross terms of elementwise triples with every peer to c: both in one pass, from the party that `sends` to that peer. Throws `ProtocolAbort`. */
export async function dealLatticeTriples({ mesh, randomness }: LatticeDealing, { a, b, c }: Triples, sends: (peer: number) => boolean): Promise<void> {
  const memory = new KernelMemory(latticeTableBytes('products') + productsMemoryBytes * mesh.peers.length);
  try {
    const lattice = new Lattice(memory, 'products');
    await Promise.all(mesh.peers.map(async (peer) => {
      const sender = sends(peer.party);
      await withKeys({ lane: peer.lane(lanes.products), lattice, randomness }, { owns: sender, peerOwns: !sender, first: sender }, (party) => [
        (sender ? sendLatticeProducts(party, [a, b]) : receiveLatticeProducts(party, [b, a])).then((share) => {
          addInto(c, share);
          share.fill(0n);
        }),
      ]);
    }));
  } finally {
    memory.wipe();
  }
}

/** Matrix triples with the cross terms of every pair, for own random factors. Throws `ProtocolAbort`. */
export async function dealLatticeMatrices(
  { mesh, randomness }: LatticeDealing, shapes: readonly MatrixShape[], words: (count: number) => BigUint64Array,
): Promise<(MatrixTriple & MatrixShape)[]> {
  const room = shapes.reduce((most, shape) => Math.max(most, latticeMatrixMemoryBytes(shape)), 0);
  const own = shapes.reduce((most, { rows, inner, columns }) =>
    Math.max(most, 8 * (rows * inner + inner * columns + rows * columns) + matrixScratchBytes(rows, inner, columns)), 0);
  const memory = new KernelMemory(matrixLanes.length * room * mesh.peers.length + own + 4096);
  try {
    const lattice = new Lattice(memory, 'matrix');
    const triples = shapes.map((shape) => {
      const { rows, inner, columns } = shape;
      const triple = { ...shape, a: words(rows * inner), b: words(inner * columns), c: new BigUint64Array(rows * columns) };
      // The own term A_p·B_p.
      memory.within(() => {
        const target = memory.put(triple.c);
        memory.kernels.matrixMultiplyAdd(target, memory.put(triple.a), memory.put(triple.b), rows, inner, columns, memory.take(matrixScratchBytes(rows, inner, columns)));
        memory.get(target, triple.c);
      });
      return triple;
    });
    await Promise.all(mesh.peers.map((peer: Peer) => {
      const first = mesh.self < peer.party;
      return withKeys({ lane: peer.lane(lanes.matrix), lattice, randomness }, { owns: true, peerOwns: true, first }, (party) => matrixLanes.map(async (lane, i) => {
        const there = { ...party, lane: peer.lane(lane) };
        for (const triple of triples) {
          // The lower index sends on the first lane.
          const share = first === (i === 0) ? await sendLatticeMatrix(there, triple, triple.a) : await receiveLatticeMatrix(there, triple, triple.b);
          addInto(triple.c, share);
          bytesOf(share).fill(0);
        }
      }));
    })).catch((error: unknown) => {
      triples.forEach(wipeMatrix);
      throw error;
    });
    return triples;
  } finally {
    memory.wipe();
  }
}
