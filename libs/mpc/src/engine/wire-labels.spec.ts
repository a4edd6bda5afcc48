import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Every message that the sources name crosses the wire in a session whose bytes are in a baseline: a new protocol cannot be left out. */
const sources = join(import.meta.dirname, '..');
const files = (readdirSync(sources, { recursive: true }) as string[])
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts') && !path.includes('testing/'))
  // Comments name messages too.
  .map((path) => ({ path, text: readFileSync(join(sources, path), 'utf8').replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '') }));

/** Names of protocols that only hashes bind, and that send nothing. */
const HASHED: readonly string[] = ['join/1'];

/** Constants that hold a protocol's name: those of a file, of its folder or, where they are unlike any other, of anywhere. */
const constants = files.flatMap(({ path, text }) => [...text.matchAll(/const (\w+) = '([a-z0-9-]+\/\d+)'/g)].map(([, name, protocol]) => ({ path, folder: dirname(path), name: name!, protocol: protocol! })));
function protocolOf(path: string, name: string): string {
  const literal = /^'(.*)'$/.exec(name)?.[1];
  const named = constants.filter((each) => each.name === name);
  const found = literal ?? (named.find((each) => each.path === path) ?? named.find(({ folder }) => folder === dirname(path)) ?? (named.length === 1 ? named[0] : undefined))?.protocol;
  if (!found) throw new Error(`${path}: what protocol is ${name}?`);
  return found;
}

interface Named {
  readonly path: string;
  readonly label: string;
}

/** Of flows: their arrows. A flow whose protocol is a parameter is one for each name that it is called with. */
function ofFlows({ path, text }: (typeof files)[number]): Named[] {
  return [...text.matchAll(/defineFlow\(\{([^]*?)\n?\}\);?\n/g)].flatMap(([, body]) => {
    const protocol = /protocol: ([\w'/-]+)/.exec(body!)?.[1] ?? 'protocol';
    const messages = [...body!.matchAll(/message: '([^']+)'/g)].map(([, message]) => message!);
    const maker = /const (\w+) = \(protocol: string\)[^]*?=>\s*defineFlow/.exec(text)?.[1];
    const protocols = maker ? files.flatMap((each) => [...each.text.matchAll(new RegExp(`${maker}\\('([^']+)'\\)`, 'g'))].map(([, name]) => name!)) : [protocolOf(path, protocol)];
    return protocols.flatMap((each) => messages.map((message) => ({ path, label: `${each} ${message}` })));
  });
}

/** Calls that name a protocol and a step, and those of a suite that names only the step. */
const CALLS: readonly RegExp[] = [
  /\.exchange(?:Into|Parts)?\(\s*([\w']+(?:\/\d+')?),\s*'([^']+)'/g, /\.exchange\(\{ protocol: (\w+), step: '([^']+)' \}/g, /labelOf\((\w+), '([^']+)'\)/g, /\bannounce\((\w+), '([^']+)'/g,
];
const STEPS: Readonly<Record<string, { readonly protocol: string; readonly call: RegExp }>> = {
  'sharing/shamir': { protocol: 'shamir-p61/1', call: /(?:exchanges\.run|#attempt)\('([^']+)'/g },
  'sharing/replicated': { protocol: 'replicated-z64/1', call: /#exchange\('([^']+)'/g },
};
/** Where steps are handed on: of these, and of no other, the names are those that callers give. */
const HANDED_ON = ['channel/mesh.ts', 'channel/flow.ts', 'channel/confirm.ts', 'sharing/shamir/members.ts', 'sharing/shamir/exchange.ts', 'sharing/shamir/suite.ts', 'sharing/replicated/suite.ts'];

function ofCalls({ path, text }: (typeof files)[number]): Named[] {
  const named = CALLS.flatMap((call) => [...text.matchAll(call)].map(([, protocol, step]): Named => ({ path, label: `${protocolOf(path, protocol!)} ${step!}` })));
  const own = STEPS[dirname(path)];
  return [...named, ...(own ? [...text.matchAll(own.call)].map(([, step]): Named => ({ path, label: `${own.protocol} ${step!}` })) : [])];
}

const named = files.flatMap((file) => [...ofFlows(file), ...ofCalls(file)]);

const recorded = ((): Set<string> => {
  const folder = join(sources, '../../../test');
  const labels = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      if (/^[a-z0-9-]+\/\d+ \S+$/.test(name)) labels.add(name);
      collect(inner);
    }
  };
  for (const file of readdirSync(folder)) if (file.endsWith('.baseline')) collect(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return labels;
})();

test('the messages that the sources name are those of the baselines', () => {
  expect([...new Set(named.map(({ label }) => label))].sort()).toEqual([...recorded].sort());
});

test('every name of a protocol has messages, or is hashed only', () => {
  const protocols = new Set(files.flatMap(({ text }) => [...text.matchAll(/'([a-z0-9-]+\/\d+)'/g)].map(([, protocol]) => protocol!)));
  const sending = new Set(named.map(({ label }) => label.split(' ')[0]!));
  expect([...protocols].filter((protocol) => !sending.has(protocol))).toEqual(HASHED);
});

test('no message is sent by a call that is not looked at', () => {
  for (const file of files) {
    if (HANDED_ON.includes(file.path)) continue;
    const calls = [...file.text.matchAll(/\.exchange\w*\(|labelOf\(|defineFlow\(|\bannounce\(|\.send\(label|\.receive\(label/g)].length;
    const looked = [...CALLS, /defineFlow\(/g].reduce((sum, call) => sum + [...file.text.matchAll(call)].length, 0);
    expect([file.path, calls <= looked || basename(file.path) === 'frame.ts']).toEqual([file.path, true]);
  }
});
