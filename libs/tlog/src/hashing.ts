import { sha256 } from '#pqc/portable';

// RFC 6962 §2.1. The first byte keeps a leaf from passing for a node.
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const HASH_BYTES = 32;

/** SHA-256(0x00 ‖ leaf). */
export const leafHash = (leaf: Uint8Array): Uint8Array => sha256(LEAF, leaf);
/** SHA-256(0x01 ‖ left ‖ right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);
/** SHA-256 of nothing: the root of a log without leaves. */
export const emptyRoot = (): Uint8Array => sha256();

/** Of public bytes; not constant-time. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);
