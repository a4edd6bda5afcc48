import { type PolicyRegistry } from './types.js';

export type NameKind = 'node' | 'group' | 'role' | 'program' | 'dataset';

/** What a name stands for. One spelling may stand for several things of different kinds; the place in the sentence decides. */
export interface Named {
  readonly kind: NameKind;
  /** As registered or defined. */
  readonly name: string;
}

interface Branch {
  readonly next: Map<string, Branch>;
  here?: Named[];
}

/** ASCII only, so that offsets stay those of the source. */
export const lower = (text: string): string => text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
export const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /[A-Za-z0-9_&'+%/$\p{L}\p{M}\p{N}-]/u.test(character);
const isSpace = (character: string | undefined): boolean => character !== undefined && /[ \t\r\n]/.test(character);
/** One spelling per name: lower case, single spaces. */
export const normalName = (text: string): string => lower(text).trim().replace(/\s+/g, ' ');

/** All names that a policy may use, found by their longest match in linear time. */
export class NameTable {
  private readonly root: Branch = { next: new Map() };
  private readonly all: Named[] = [];

  constructor(registry: PolicyRegistry) {
    for (const name of registry.nodes) this.add('node', name);
    for (const { name } of registry.roles) this.add('role', name);
    for (const name of registry.programs) this.add('program', name);
    for (const { name } of registry.datasets) this.add('dataset', name);
  }

  add(kind: NameKind, name: string, spelling = name): void {
    let at = this.root;
    for (const character of normalName(spelling)) {
      let next = at.next.get(character);
      if (next === undefined) at.next.set(character, (next = { next: new Map() }));
      at = next;
    }
    at.here ??= [];
    if (at.here.some((known) => known.kind === kind && known.name === name)) return;
    at.here.push({ kind, name });
    if (spelling === name) this.all.push({ kind, name });
  }

  /** Everything of this spelling, in any case. */
  find(spelling: string): readonly Named[] {
    let at: Branch | undefined = this.root;
    for (const character of normalName(spelling)) at = at?.next.get(character);
    return at?.here ?? [];
  }

  /** The end of the longest name that starts at `start` and ends where a word ends; undefined when there is none. Any white space inside counts as one space. */
  longestAt(text: string, start: number): number | undefined {
    let at = this.root;
    let end: number | undefined;
    let offset = start;
    while (offset < text.length) {
      const character = text[offset];
      let width = 1;
      if (isSpace(character)) while (isSpace(text[offset + width])) width++;
      const next = at.next.get(isSpace(character) ? ' ' : lower(character));
      if (next === undefined) break;
      at = next;
      offset += width;
      if (at.here !== undefined && !(isWordCharacter(character) && isWordCharacter(text[offset]))) end = offset;
    }
    return end;
  }

  /** The registered names, those of `kinds` first, for suggestions. */
  known(): readonly Named[] {
    return this.all;
  }
}
