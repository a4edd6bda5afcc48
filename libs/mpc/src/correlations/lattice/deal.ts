import { KernelMemory, addInto, matrixScratchBytes } from '#kernels';
import { type MatrixShape } from '#program/plans';
import { type Mesh, type Peer, type Randomness, pairLane } from '../../channel/index.js';
import { type MatrixTriple, type Triples, wipeMatrix } from '../pools.js';
import { bytesOf } from '../words.js';
import { receiveLatticeKeys, sendLatticeKeys } from './keys/index.js';
import { Lattice, type LatticeKind, type LatticeParty, latticeTableBytes } from './lattice.js';
import { latticeMatrixMemoryBytes, receiveLatticeMatrix, sendLatticeMatrix } from './matrix/index.js';
import { productsMemoryBytes, receiveLatticeProducts, sendLatticeProducts } from './products/index.js';

/** Beyond the lanes of legs of transfers. */
const lanes: Readonly<Record<LatticeKind, number>> = { products: pairLane + 4, matrix: pairLane + 5 };

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

/** Sets keys up on one lane and runs `role` with them; wipes the own ones. */
async function withKeys(party: LatticeParty, { owns, peerOwns, first }: KeySetUp, role: (party: LatticeParty) => Promise<void>): Promise<void> {
  const earlier = peerOwns && !first ? await receiveLatticeKeys(party) : undefined;
  const own = owns ? await sendLatticeKeys(party) : undefined;
  try {
    const peers = peerOwns && first ? await receiveLatticeKeys(party) : earlier;
    await role({ ...party, ...(own && { own }), ...(peers && { peers }) });
  } finally {
    own?.forEach((key) => key.wipe());
  }
}

/** Adds the cross terms of elementwise triples with every peer to c: both in one pass, from the party that `sends` to that peer. Throws `ProtocolAbort`. */
export async function dealLatticeTriples({ mesh, randomness }: LatticeDealing, { a, b, c }: Triples, sends: (peer: number) => boolean): Promise<void> {
  const memory = new KernelMemory(latticeTableBytes('products') + productsMemoryBytes * mesh.peers.length);
  try {
    const lattice = new Lattice(memory, 'products');
    await Promise.all(mesh.peers.map(async (peer) => {
      const sender = sends(peer.party);
      await withKeys({ lane: peer.lane(lanes.products), lattice, randomness }, { owns: sender, peerOwns: !sender, first: sender }, async (party) => {
        const share = sender ? await sendLatticeProducts(party, [a, b]) : await receiveLatticeProducts(party, [b, a]);
        addInto(c, share);
        share.fill(0n);
      });
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
  const memory = new KernelMemory(room * mesh.peers.length + own + 4096);
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
      return withKeys({ lane: peer.lane(lanes.matrix), lattice, randomness }, { owns: true, peerOwns: true, first }, async (party) => {
        for (const triple of triples) {
          const send = async (): Promise<BigUint64Array> => await sendLatticeMatrix(party, triple, triple.a);
          const receive = async (): Promise<BigUint64Array> => await receiveLatticeMatrix(party, triple, triple.b);
          for (const turn of first ? [send, receive] : [receive, send]) {
            const share = await turn();
            addInto(triple.c, share);
            bytesOf(share).fill(0);
          }
        }
      });
    })).catch((error: unknown) => {
      triples.forEach(wipeMatrix);
      throw error;
    });
    return triples;
  } finally {
    memory.wipe();
  }
}
