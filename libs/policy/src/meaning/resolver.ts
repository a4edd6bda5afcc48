import { type Refusals } from '../diagnostics.js';
import { type Masked } from '../masked.js';
import { type Named, type NameKind, type NameTable } from '../names.js';
import { type Group } from '../rules.js';
import { type Range, type Ref } from '../syntax.js';
import { type PolicyRegistry } from '../types.js';
import { isLanguage } from '../words.js';
import { type Groups } from './groups.js';
import { nearestName } from './nearest-name.js';

/** What may stand at a place of a sentence. A group counts by what it is a group of. */
export type Wanted = 'node' | 'role' | 'program' | 'dataset';
/** A name of the wanted kind, a group already expanded. */
export type Resolved =
  | { readonly kind: Wanted; readonly name: string }
  | { readonly kind: 'group'; readonly name: string; readonly of: Wanted; readonly members: readonly string[] };

const GROUP_OF: Readonly<Record<Group['of'], Wanted>> = { nodes: 'node', programs: 'program', datasets: 'dataset' };
const NOUN: Readonly<Record<NameKind, string>> = { node: 'a node', group: 'a group', role: 'a role', program: 'a program', dataset: 'a dataset' };
const wantedText = (wanted: readonly Wanted[], withGroups = true): string => {
  const kinds = wanted.flatMap((kind): string[] => (kind === 'node' && withGroups ? ['node', 'group'] : [kind]));
  return `a ${kinds.length > 1 ? `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1)}` : kinds[0]}`;
};

/** Looks names of one sentence up, and says so when they are unknown, of the wrong kind, or ambiguous. */
export class Resolver {
  constructor(
    readonly refusals: Refusals,
    readonly registry: PolicyRegistry,
    readonly sentence: Masked,
    private readonly names: NameTable,
    readonly groups: Groups,
    /** `YYYY-MM-DD`, where sentences that are over are to be refused. */
    readonly today?: string,
  ) {}

  /** Where a node stands in the source. */
  place(range: Range): Range {
    return this.sentence.place(range);
  }

  /** A node as it was written. */
  text(range: Range): string {
    return this.sentence.text(range);
  }

  /** The text of a name or free words, without quotes. */
  unquoted(range: Range): string {
    return this.text(range).replace(/^["“”]\s*|\s*["“”]$/g, '');
  }

  /** The text, cut where it would fill more than a line. */
  short(range: Range): string {
    const text = this.text(range);
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  }

  /** What the name stands for, or undefined after refusing it. */
  resolve(ref: Ref, wanted: readonly Wanted[]): Resolved | undefined {
    const first = ref.parts[0];
    const range = { start: first.start, end: ref.parts[ref.parts.length - 1].end };
    const at = this.place(range);
    if (ref.parts.length > 1 && ref.parts.every(({ kind }) => kind === 'name')) {
      this.refusals.add('CS0226', at, `\`${this.unquoted(first)}\` and \`${this.unquoted(ref.parts[1])}\` stand side by side`, { help: ['put `and`, `or` or a comma between them, or a full stop if a new sentence begins'] });
      return undefined;
    }
    const written = ref.parts.length === 1 ? this.unquoted(first) : this.text(range);
    const found = ref.parts.length === 1 ? this.names.find(written) : [];
    const fitting = found.flatMap((named) => this.fit(named, wanted));
    if (fitting.length === 1) return fitting[0];
    if (fitting.length > 1) {
      this.refusals.add('CS0224', at, `\`${written}\` is ${fitting.map(({ kind }) => NOUN[kind]).join(' and also ')}`, { help: ['rename one of them, so that the sentence can be read in one way only'] });
    } else if (found.some(({ kind, name }) => kind === 'group' && this.groups.get(name) === undefined)) {
      // Its definition was refused already.
      return undefined;
    } else if (found.length > 0) {
      this.refusals.add('CS0216', at, `\`${written}\` is ${found.map(({ kind }) => NOUN[kind]).join(' and ')}, where ${wantedText(wanted)} belongs`, { help: [this.list(this.names.known().filter((named) => this.couldBe(named, wanted)), wanted)] });
    } else {
      this.unknown(at, written, wanted);
    }
    return undefined;
  }

  private fit({ kind, name }: Named, wanted: readonly Wanted[]): Resolved[] {
    if (kind !== 'group') return wanted.includes(kind) ? [{ kind, name }] : [];
    const group = this.groups.get(name);
    if (group === undefined || !wanted.includes(GROUP_OF[group.of])) return [];
    return [{ kind, name, of: GROUP_OF[group.of], members: group.members }];
  }

  /** What a name of a wanted kind was probably meant. */
  suggest(written: string, wanted: readonly Wanted[]): Named | undefined {
    return nearestName(written, this.names.known().filter((named) => this.couldBe(named, wanted)), ({ name }) => name);
  }

  private couldBe({ kind, name }: Named, wanted: readonly Wanted[]): boolean {
    return kind === 'group' ? wanted.includes('node') && this.groups.isOfNodes(name) : wanted.includes(kind);
  }

  unknown(at: Range, written: string, wanted: readonly Wanted[]): void {
    if (/^-?[0-9][0-9.,%]*$/.test(written)) {
      this.refusals.add('CS0217', at, `\`${written}\` is a number, where the name of ${wantedText(wanted)} belongs`, { help: ['put a name that consists of digits in quotes'] });
      return;
    }
    const known = this.names.known();
    const fits = (named: Named) => this.couldBe(named, wanted);
    const near = this.suggest(written, wanted) ?? nearestName(written, known, ({ name }) => name);
    const help = near === undefined
      ? [this.list(known.filter(fits), wanted)]
      : [`did you mean \`${near.name}\`?${fits(near) ? '' : ` It is ${NOUN[near.kind]}.`}`];
    this.refusals.add('CS0214', at, `I do not know ${wantedText(wanted)} called \`${written}\``, {
      help,
      ...(near !== undefined && fits(near) ? { fix: this.spell(near.name) } : {}),
    });
  }

  private list(fitting: readonly Named[], wanted: readonly Wanted[]): string {
    if (fitting.length === 0) return `no such name is registered: register ${wantedText(wanted, false)} first`;
    const some = fitting.slice(0, 6).map(({ name }) => `\`${name}\``);
    return `known here: ${some.join(', ')}${fitting.length > some.length ? ` and ${fitting.length - some.length} more` : ''}`;
  }

  /** A name as it must be written in a sentence. */
  private spell(name: string): string {
    return isLanguage(name) ? `"${name}"` : name;
  }
}
