import { type PolicyFacts } from '../types.js';

type Entry = PolicyFacts['signers'][number];

/**
 * One who can sign: the entries that share a name or a key, directly or through others. Two names of one key are one signer, and so are two keys of one
 * name, so that nobody fills two seats.
 */
export interface Signer {
  readonly entries: Entry[];
}

/** Those who can sign, each once. */
export class Register {
  readonly signers: Signer[] = [];
  private readonly byName = new Map<string, Signer>();
  private readonly byKey = new Map<string, Signer>();

  constructor(entries: readonly Entry[]) {
    for (const entry of entries) {
      const named = this.byName.get(entry.name);
      const keyed = this.byKey.get(entry.keyId);
      const signer = named ?? keyed ?? this.add();
      if (named !== undefined && keyed !== undefined && named !== keyed) this.join(named, keyed);
      signer.entries.push(entry);
      if (named === undefined) this.byName.set(entry.name, signer);
      if (keyed === undefined) this.byKey.set(entry.keyId, signer);
    }
  }

  private add(): Signer {
    const signer = { entries: [] };
    this.signers.push(signer);
    return signer;
  }

  private join(signer: Signer, other: Signer): void {
    for (const entry of other.entries) {
      signer.entries.push(entry);
      this.byName.set(entry.name, signer);
      this.byKey.set(entry.keyId, signer);
    }
    this.signers.splice(this.signers.indexOf(other), 1);
  }

  /** Whose name and key these are, registered together. */
  find(name: string, keyId: string): Signer | undefined {
    const signer = this.byName.get(name);
    return signer?.entries.some((entry) => entry.name === name && entry.keyId === keyId) === true ? signer : undefined;
  }

  /** Whose name or key these are. */
  either(name: string, keyId: string): readonly Signer[] {
    return [this.byName.get(name), this.byKey.get(keyId)].filter((signer) => signer !== undefined);
  }
}
