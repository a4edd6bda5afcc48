import { type Refusals } from '../diagnostics.js';
import { type NameTable } from '../names.js';
import { type Group } from '../rules.js';
import { type Range } from '../syntax.js';
import { isLanguage } from '../words.js';

const MAX_DEPTH = 32;

/** "Hospital" for "Hospitals" and the reverse, so that a group reads well as one of its members and as all of them. */
export function otherNumber(name: string): string {
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(?:ch|sh|ss|x)es$/i.test(name)) return name.slice(0, -2);
  if (/[^s]s$/i.test(name)) return name.slice(0, -1);
  if (/[^aeiou]y$/i.test(name)) return `${name.slice(0, -1)}ies`;
  return /(?:ch|sh|s|x)$/i.test(name) ? `${name}es` : `${name}s`;
}

/**
 * The groups of one policy. Their names are known before any sentence is read, so that the order of sentences does not matter; the members are
 * worked out when they are first asked for, so that a group may hold groups.
 */
export class Groups {
  private readonly definitions = new Map<string, { readonly at: Range; state: 'unread' | 'reading' | 'read'; group?: Group; readonly read: () => Group | undefined }>();

  /** Definitions that are being read now, one inside the other. */
  private depth = 0;

  constructor(
    private readonly names: NameTable,
    private readonly refusals: Refusals,
  ) {}

  /** Makes `name` known. `read` works its members out. */
  announce(name: string, at: Range, read: () => Group | undefined): void {
    if (isLanguage(name)) {
      this.refusals.add('CS0225', at, `\`${name}\` already has a meaning in this language`, { help: ['choose another name for the group'] });
      return;
    }
    const [taken] = this.names.find(name);
    if (taken !== undefined) {
      const what = taken.kind === 'group' ? 'defined twice' : `already the name of a ${taken.kind}`;
      this.refusals.add('CS0225', at, `the group \`${name}\` is ${what}`, { help: ['choose another name for the group'] });
      return;
    }
    this.definitions.set(name, { at, state: 'unread', read });
    this.names.add('group', name);
  }

  /** To be called once when all are announced: adds singulars and plurals that mean nothing else. */
  addOtherNumbers(): void {
    for (const name of this.definitions.keys()) {
      const other = otherNumber(name);
      if (this.names.find(other).length === 0) this.names.add('group', name, other);
    }
  }

  /** The name as it was first spelled. */
  nameOf(spelling: string): string {
    return this.names.find(spelling).find(({ kind }) => kind === 'group')?.name ?? spelling;
  }

  /** Whether the group is known to hold nodes; one that was not read yet is taken to. */
  isOfNodes(name: string): boolean {
    const definition = this.definitions.get(name);
    return definition?.state !== 'read' || definition.group?.of === 'nodes';
  }

  /** The group, or undefined where its definition was refused. */
  get(name: string): Group | undefined {
    const definition = this.definitions.get(name);
    if (definition === undefined) return undefined;
    if (definition.state === 'reading') {
      this.refusals.add('CS0234', definition.at, `the group \`${name}\` is defined by itself`, { help: ['define it by its members'] });
      definition.state = 'read';
      return undefined;
    }
    if (definition.state === 'unread') {
      if (this.depth === MAX_DEPTH) {
        this.refusals.add('CS0203', definition.at, `the group \`${name}\` is defined by more than ${MAX_DEPTH} groups, one inside the other`, { help: ['define it by its members'] });
        definition.state = 'read';
        return undefined;
      }
      definition.state = 'reading';
      this.depth++;
      definition.group = definition.read();
      this.depth--;
      definition.state = 'read';
    }
    return definition.group;
  }
}
