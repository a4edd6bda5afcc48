import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { emptyRoot, leafHash, LogError, MerkleTree, verifyConsistency, verifyInclusion } from './index.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// The reference tree of Certificate Transparency's own tests.
const CT_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((text) => new Uint8Array(Buffer.from(text, 'hex')));
const CT_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

// RFC 6962 §2.1 written down as it stands there, slow and on whole lists.
const sha = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest());
const k = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1);
const MTH = (D: Uint8Array[]): Uint8Array =>
  D.length === 0 ? sha() : D.length === 1 ? sha(Uint8Array.of(0), D[0]) : sha(Uint8Array.of(1), MTH(D.slice(0, k(D.length))), MTH(D.slice(k(D.length))));
const PATH = (m: number, D: Uint8Array[]): Uint8Array[] => {
  if (D.length === 1) return [];
  const split = k(D.length);
  return m < split ? [...PATH(m, D.slice(0, split)), MTH(D.slice(split))] : [...PATH(m - split, D.slice(split)), MTH(D.slice(0, split))];
};
const SUBPROOF = (m: number, D: Uint8Array[], b: boolean): Uint8Array[] => {
  if (m === D.length) return b ? [] : [MTH(D)];
  const split = k(D.length);
  return m <= split ? [...SUBPROOF(m, D.slice(0, split), b), MTH(D.slice(split))] : [...SUBPROOF(m - split, D.slice(split), false), MTH(D.slice(0, split))];
};

const treeOf = (leaves: Uint8Array[]): MerkleTree => new MerkleTree(leaves.map(leafHash));
const leavesUpTo = (max: number) => fc.array(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: max });

describe('the Merkle tree of RFC 6962', () => {
  it('has the roots of the reference tree at every size, while it grows and afterwards', () => {
    const tree = new MerkleTree();
    expect(hex(tree.root())).toBe(CT_ROOTS[0]);
    CT_LEAVES.forEach((leaf, index) => {
      expect(tree.append(leafHash(leaf))).toBe(index);
      expect(hex(tree.root())).toBe(CT_ROOTS[index + 1]);
    });
    expect(CT_ROOTS.map((_root, size) => hex(tree.root(size)))).toEqual(CT_ROOTS);
    expect(hex(emptyRoot())).toBe(CT_ROOTS[0]);
  });

  it('has the proofs that RFC 6962 §2.1.3 draws for seven leaves', () => {
    const leaves = CT_LEAVES.slice(0, 7);
    const tree = treeOf(leaves);
    const hash = (from: number, to: number) => hex(MTH(leaves.slice(from, to)));
    expect(tree.inclusionProof(0).map(hex)).toEqual([hash(1, 2), hash(2, 4), hash(4, 7)]);
    expect(tree.inclusionProof(6).map(hex)).toEqual([hash(4, 6), hash(0, 4)]);
    expect(tree.consistencyProof(3).map(hex)).toEqual([hash(2, 3), hash(3, 4), hash(0, 2), hash(4, 7)]);
    expect(tree.consistencyProof(4).map(hex)).toEqual([hash(4, 7)]);
    expect(tree.consistencyProof(6).map(hex)).toEqual([hash(4, 6), hash(6, 7), hash(0, 4)]);
  });

  it('agrees with the definition at every size', () => {
    fc.assert(fc.property(leavesUpTo(40), fc.nat(), fc.nat(), (leaves, a, b) => {
      const tree = treeOf(leaves);
      const size = 1 + (a % leaves.length);
      const index = b % size;
      expect(hex(tree.root(size))).toBe(hex(MTH(leaves.slice(0, size))));
      expect(tree.inclusionProof(index, size).map(hex)).toEqual(PATH(index, leaves.slice(0, size)).map(hex));
      expect(tree.consistencyProof(index + 1, size).map(hex)).toEqual(SUBPROOF(index + 1, leaves.slice(0, size), true).map(hex));
    }));
  });

  it('proves inclusion of every leaf at every size up to 17, and of no other leaf, index, size or root', () => {
    const leaves = Array.from({ length: 17 }, (_none, i) => Uint8Array.of(i));
    const tree = treeOf(leaves);
    for (let size = 1; size <= 17; size++) {
      for (let index = 0; index < size; index++) {
        const claim = { leafHash: leafHash(leaves[index]), index, size, root: tree.root(size), proof: tree.inclusionProof(index, size) };
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion({ ...claim, leafHash: leafHash(Uint8Array.of(99)) })).toBe(false);
        expect(verifyInclusion({ ...claim, index: (index + 1) % size })).toBe(size === 1);
        expect(verifyInclusion({ ...claim, root: tree.root(size - 1) })).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...claim.proof, claim.root] })).toBe(false);
        if (claim.proof.length > 0) expect(verifyInclusion({ ...claim, proof: claim.proof.slice(1) })).toBe(false);
      }
    }
  });

  it('proves every pair of sizes up to 20 consistent, and no other roots or proofs', () => {
    const tree = treeOf(Array.from({ length: 20 }, (_none, i) => Uint8Array.of(i)));
    for (let newSize = 0; newSize <= 20; newSize++) {
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        const claim = { oldSize, oldRoot: tree.root(oldSize), newSize, newRoot: tree.root(newSize), proof: tree.consistencyProof(oldSize, newSize) };
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: leafHash(Uint8Array.of(99)) })).toBe(false);
        if (oldSize > 0) expect(verifyConsistency({ ...claim, newRoot: leafHash(Uint8Array.of(99)) })).toBe(false);
        expect(verifyConsistency({ ...claim, proof: [...claim.proof, tree.root(1)] })).toBe(false);
        if (claim.proof.length > 0) expect(verifyConsistency({ ...claim, proof: claim.proof.slice(0, -1) })).toBe(false);
      }
    }
  });

  it('accepts no proof with one bit changed', () => {
    fc.assert(fc.property(leavesUpTo(30), fc.nat(), fc.nat(), fc.nat(), fc.nat(255), (leaves, a, b, at, bit) => {
      const tree = treeOf(leaves);
      const index = a % leaves.length;
      const oldSize = 1 + (b % leaves.length);
      const flip = (proof: Uint8Array[]): Uint8Array[] => proof.map((hash, i) => (i === at % proof.length ? hash.map((byte, j) => (j === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : hash));
      const inclusion = tree.inclusionProof(index);
      if (inclusion.length > 0) expect(verifyInclusion({ leafHash: leafHash(leaves[index]), index, size: leaves.length, root: tree.root(), proof: flip(inclusion) })).toBe(false);
      const consistency = tree.consistencyProof(oldSize);
      if (consistency.length > 0) expect(verifyConsistency({ oldSize, oldRoot: tree.root(oldSize), newSize: leaves.length, newRoot: tree.root(), proof: flip(consistency) })).toBe(false);
    }));
  });

  it('refuses sizes and indexes outside, and claims that make no sense, without an exception in a verifier', () => {
    const tree = treeOf(CT_LEAVES);
    for (const act of [() => tree.root(9), () => tree.root(-1), () => tree.root(1.5), () => tree.inclusionProof(8), () => tree.inclusionProof(0, 0), () => tree.inclusionProof(0, 9), () => tree.consistencyProof(5, 4), () => tree.append(new Uint8Array(31))]) {
      expect(act).toThrow(expect.objectContaining({ code: 'CS0800' }));
      expect(act).toThrow(LogError);
    }
    const root = tree.root();
    const claim = { leafHash: leafHash(CT_LEAVES[0]), index: 0, size: 8, root, proof: tree.inclusionProof(0) };
    for (const change of [{ index: -1 }, { index: 8 }, { index: 0.5 }, { size: 2 ** 53 }, { leafHash: new Uint8Array(31) }, { proof: [new Uint8Array(31)] }, { proof: Array<Uint8Array>(64).fill(root) }]) {
      expect(verifyInclusion({ ...claim, ...change })).toBe(false);
    }
    const consistency = { oldSize: 3, oldRoot: tree.root(3), newSize: 8, newRoot: root, proof: tree.consistencyProof(3) };
    for (const change of [{ oldSize: 9 }, { oldSize: -3 }, { newSize: Number.NaN }, { proof: [] }, { proof: Array<Uint8Array>(64).fill(root) }]) {
      expect(verifyConsistency({ ...consistency, ...change })).toBe(false);
    }
  });

  it('is rebuilt from leaf hashes, and holds 10,000 of them', () => {
    const hashes = Array.from({ length: 10_000 }, (_none, i) => leafHash(Buffer.from(String(i))));
    const tree = new MerkleTree(hashes);
    expect(tree.size).toBe(10_000);
    expect(verifyInclusion({ leafHash: hashes[6789], index: 6789, size: 10_000, root: tree.root(), proof: tree.inclusionProof(6789) })).toBe(true);
    expect(verifyConsistency({ oldSize: 4096, oldRoot: new MerkleTree(hashes.slice(0, 4096)).root(), newSize: 10_000, newRoot: tree.root(), proof: tree.consistencyProof(4096) })).toBe(true);
  });
});
