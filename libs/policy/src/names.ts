import { type PolicyRegistry } from './types.js';

export type NameKind = 'node' | 'group' | 'role' | 'program' | 'dataset';

/** What a name stands for. One spelling may stand for several things of different kinds; the place in the sentence decides. */
export interface Named {
  readonly kind: NameKind;
  /** As registered or defined. */
  readonly name: string;
}

/** By the code of the next character. */
interface Branch {
  readonly next: Map<number, Branch>;
  here?: Named[];
}

const SPACE = 0x20;
/** By ASCII code: 1 where the character may be part of a word. */
const WORD = new Uint8Array(128);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_&'+%/$-") WORD[character.charCodeAt(0)] = 1;

/** Capitals of ASCII only: other characters must not become letters of the language, as U+212A would become `k`. */
export const lower = (text: string): string => (/[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase()) : text);
export const isWordCode = (code: number): boolean => (code < 128 ? WORD[code] === 1 : /[\p{L}\p{M}\p{N}]/u.test(String.fromCharCode(code)));
export const isSpaceCode = (code: number): boolean => code === SPACE || code === 0x0a || code === 0x0d || code === 0x09;
/** One spelling per name: lower case, single spaces. */
export const normalName = (text: string): string => lower(text).trim().replace(/\s+/g, ' ');

/** All names that a policy may use, found by their longest match in linear time. */
export class NameTable {
  private readonly root: Branch = { next: new Map() };
  private readonly all: Named[] = [];
  /** What each spelling was found to be. */
  private readonly found = new Map<string, readonly Named[]>();

  constructor(registry: PolicyRegistry) {
    for (const name of registry.nodes) this.add('node', name);
    for (const { name } of registry.roles) this.add('role', name);
    for (const name of registry.programs) this.add('program', name);
    for (const { name } of registry.datasets) this.add('dataset', name);
  }

  add(kind: NameKind, name: string, spelling = name): void {
    this.found.clear();
    const normal = normalName(spelling);
    let at = this.root;
    for (let i = 0; i < normal.length; i++) {
      const code = normal.charCodeAt(i);
      let next = at.next.get(code);
      if (next === undefined) at.next.set(code, (next = { next: new Map() }));
      at = next;
    }
    at.here ??= [];
    if (at.here.some((known) => known.kind === kind && known.name === name)) return;
    at.here.push({ kind, name });
    if (spelling === name) this.all.push({ kind, name });
  }

  /** Everything of this spelling, in any case. */
  find(spelling: string): readonly Named[] {
    let found = this.found.get(spelling);
    if (found === undefined) this.found.set(spelling, (found = this.search(normalName(spelling))));
    return found;
  }

  private search(normal: string): readonly Named[] {
    let at: Branch | undefined = this.root;
    for (let i = 0; i < normal.length && at !== undefined; i++) at = at.next.get(normal.charCodeAt(i));
    return at?.here ?? [];
  }

  /**
   * The end of the longest name that starts at `start` of a text in lower case and ends where a word ends; undefined when there is none. Any
   * white space inside counts as one space.
   */
  longestAt(text: string, start: number): number | undefined {
    let at = this.root;
    let end: number | undefined;
    for (let offset = start; offset < text.length; ) {
      let code = text.charCodeAt(offset++);
      if (isSpaceCode(code)) {
        code = SPACE;
        while (isSpaceCode(text.charCodeAt(offset))) offset++;
      }
      const next = at.next.get(code);
      if (next === undefined) break;
      at = next;
      if (at.here !== undefined && !(isWordCode(code) && isWordCode(text.charCodeAt(offset)))) end = offset;
    }
    return end;
  }

  /** The registered names and groups, for suggestions. */
  known(): readonly Named[] {
    return this.all;
  }
}
