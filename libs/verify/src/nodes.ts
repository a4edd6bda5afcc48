import { KeyRotation, NodeRegistration, type SignedDataset } from '#contract';
import { fromBase64Url, keyIdOf, readStatement, verifyStatement } from '#pqc';
import type { ColumnDeclaration, DatasetDescriptor } from '#program';
import { refusing, VerificationError } from './errors.js';

/** What a node home remembers of another node (an entry of peers.json, `since` aside). */
export interface Pin {
  readonly approvalKid: string;
  readonly linkKid: string;
  /** The newest registration seen. */
  readonly version?: number;
  /** What its people may sign as by that registration, sorted; absent where it has none. */
  readonly roles?: readonly string[];
}

/** A registration whose signature, age and keys were checked. */
export interface VerifiedNode {
  readonly name: string;
  readonly registration: NodeRegistration;
  readonly approvalKid: string;
  readonly linkKid: string;
  /** Raw public keys: ML-DSA-65, ML-DSA-65, ML-KEM-768. */
  readonly keys: { readonly approval: Uint8Array; readonly link: Uint8Array; readonly sealing: Uint8Array };
}

const ML_DSA_65 = 'ML-DSA-65';

/** A registration signed by the approval key that it holds. Whether that key is this node's is what pins say. Throws CS0331. */
function verifyRegistration(jws: string, now: Date): VerifiedNode {
  return refusing('CS0331', 'a registration is refused', () => {
    const claimed = NodeRegistration.parse(readStatement(jws).payload);
    return refusing('CS0331', `the registration of \`${claimed.name}\` is refused`, () => {
      const keys = {
        approval: fromBase64Url(claimed.keys.approval),
        link: fromBase64Url(claimed.keys.link),
        sealing: fromBase64Url(claimed.keys.sealing),
      };
      const registration = NodeRegistration.parse(verifyStatement(jws, { type: 'node-registration', publicKey: keys.approval, now }));
      if (registration.issuer !== registration.name) {
        throw new VerificationError('CS0331', `the registration of \`${registration.name}\` is issued by \`${registration.issuer}\``);
      }
      return { name: registration.name, registration, keys, approvalKid: keyIdOf(ML_DSA_65, keys.approval), linkKid: keyIdOf(ML_DSA_65, keys.link) };
    });
  });
}

interface Rotation {
  readonly name: string;
  readonly previousKid: string;
  readonly to: VerifiedNode;
}

function verifyRotation(jws: string, now: Date): Rotation {
  return refusing('CS0333', 'a key rotation is refused', () => {
    const claimed = KeyRotation.parse(readStatement(jws).payload);
    const publicKey = fromBase64Url(claimed.previousKey);
    const { name, issuer, previousKid, kid, registration } = KeyRotation.parse(verifyStatement(jws, { type: 'key-rotation', publicKey, now }));
    const to = verifyRegistration(registration, now);
    if (previousKid !== kid || issuer !== name || to.name !== name) {
      throw new VerificationError('CS0333', `a key rotation of \`${name}\` is not by and for that node`);
    }
    return { name, previousKid, to };
  });
}

/** Follows the rotations of `node` from the pinned key; true when they end at the registered keys. */
function rotatesTo(node: VerifiedNode, pin: Pin, rotations: readonly Rotation[]): boolean {
  let kid = pin.approvalKid;
  let reached: VerifiedNode | undefined;
  for (let hops = 0; hops < rotations.length && kid !== node.approvalKid; hops++) {
    const next = rotations.find(({ name, previousKid }) => name === node.name && previousKid === kid);
    if (!next) return false;
    reached = next.to;
    kid = reached.approvalKid;
  }
  return reached?.approvalKid === node.approvalKid && reached.linkKid === node.linkKid;
}

function checkPin(node: VerifiedNode, pin: Pin, rotations: readonly Rotation[]): void {
  const same = pin.approvalKid === node.approvalKid && pin.linkKid === node.linkKid;
  if (!same && !rotatesTo(node, pin, rotations)) {
    throw new VerificationError('CS0332', `\`${node.name}\` is registered with other keys than those pinned here, and no rotation leads from one to the other`);
  }
  if (pin.version !== undefined && node.registration.version < pin.version) {
    throw new VerificationError('CS0335', `the registration of \`${node.name}\` has version ${node.registration.version}, and version ${pin.version} was seen before`);
  }
}

const rolesIn = ({ people = [] }: NodeRegistration): readonly string[] => [...new Set(people.flatMap(({ roles }) => roles))].sort();

export interface VerifiedNodes {
  readonly nodes: ReadonlyMap<string, VerifiedNode>;
  /** What to remember now: the pins of `nodes` that are new or changed. */
  readonly newPins: Readonly<Record<string, Pin>>;
}

/**
 * The registrations by name, each in agreement with its pin: the same keys, or keys that rotations lead to, and no older version. A name
 * without a pin is trusted on this first use. Throws CS0331–CS0335.
 */
export function verifyNodes(
  { registrations, rotations }: { readonly registrations: readonly string[]; readonly rotations: readonly string[] },
  pins: Readonly<Record<string, Pin>>,
  now: Date,
): VerifiedNodes {
  const verifiedRotations = rotations.map((jws) => verifyRotation(jws, now));
  const nodes = new Map<string, VerifiedNode>();
  const newPins: Record<string, Pin> = {};
  for (const jws of registrations) {
    const node = verifyRegistration(jws, now);
    const { name, approvalKid, linkKid, registration } = node;
    if (nodes.has(name)) throw new VerificationError('CS0334', `\`${name}\` is registered twice`);
    const pin = Object.hasOwn(pins, name) ? pins[name] : undefined;
    if (pin) checkPin(node, pin, verifiedRotations);
    const roles = rolesIn(registration);
    if (pin?.approvalKid !== approvalKid || pin.linkKid !== linkKid || pin.version !== registration.version || String(pin.roles ?? []) !== String(roles)) {
      newPins[name] = { approvalKid, linkKid, version: registration.version, ...(roles.length > 0 && { roles }) };
    }
    nodes.set(name, node);
  }
  return { nodes, newPins };
}

/** The node of this name. Throws CS0334. */
export function nodeOf(nodes: ReadonlyMap<string, VerifiedNode>, name: string): VerifiedNode {
  const node = nodes.get(name);
  if (!node) throw new VerificationError('CS0334', `\`${name}\` takes part in the job but its registration is missing`);
  return node;
}

const declarationOf = (column: SignedDataset['columns'][string]): ColumnDeclaration =>
  column.type === 'category' || column.type === 'key' ? column : { type: column.type, min: Number(column.min), max: Number(column.max) };

/** A dataset as its owner signed it, in the form that planning takes. */
export function descriptorOf(node: string, { name, tags, maxRows, columns, network }: SignedDataset): DatasetDescriptor {
  return { name, node, tags, maxRows, columns: Object.fromEntries(Object.entries(columns).map(([column, signed]) => [column, declarationOf(signed)])), ...(network && { network }) };
}
