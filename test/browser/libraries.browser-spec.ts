import { type RequestListener } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Page } from 'playwright-core';
import { type ProgressView } from '#contract';
import { compile, decide, type PolicyFacts, type PolicyJob, type PolicyRegistry } from '#policy';
import { SigningKey, signStatement } from '#pqc';
import { openChromium, servePage } from './chromium.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

const registry: PolicyRegistry = {
  nodes: ['Bank A', 'Bank B'],
  datasets: [{ name: 'Loans', node: 'Bank A', tags: ['credit'] }, { name: 'Loans', node: 'Bank B', tags: ['credit'] }],
  programs: ['Mean'],
  roles: [],
};
const source = 'Allow Bank A to compute only if Bank B signs.\nRequesters must not sign their own jobs.\n';
const job: PolicyJob = {
  requester: { node: 'Bank A', keyId: 'key-a', agent: false },
  program: { name: 'Mean', digest: '0'.repeat(64) },
  inputs: registry.datasets.map(({ name, node, tags }) => ({ node, dataset: name, tags })),
  parties: ['Bank A', 'Bank B'],
  receivers: ['Bank A'],
  security: { model: 'semi-honest', majority: 'dishonest' },
};
const signers = [{ name: 'Bank A', keyId: 'key-a', roles: [] }, { name: 'Bank B', keyId: 'key-b', roles: [] }];
const factsWith = (signatures: PolicyFacts['signatures']): PolicyFacts => ({ now: '2026-10-01T09:00:00.000Z', signatures, signers });

async function bundled(entry: object): Promise<{ readonly code: string; readonly files: readonly string[] }> {
  const { outputFiles, metafile } = await build({ ...entry, bundle: true, write: false, metafile: true, platform: 'browser', format: 'esm', target: 'es2022', minify: true, absWorkingDir: root, tsconfig: join(root, 'tsconfig.json') });
  const [{ inputs, imports }] = Object.values(metafile.outputs);
  return { code: outputFiles[0].text, files: [...Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0), ...imports.map(({ path }) => path)] };
}

const at = (node: string, done: number, stage?: ProgressView['stage']): ProgressView => ({ node, phase: stage ? 'online' : 'preprocessing', done, of: 40, bytes: 1_000, ...(stage && { stage }) });
const step = (index: number): ProgressView['stage'] => [{ kind: 'epoch', index: 1, of: 2 }, { kind: 'step', index, of: 4 }];
const told: readonly ProgressView[] = [at('Bank A', 10, step(1)), at('Bank B', 4), at('Bank B', 20, step(2)), at('Bank A', 39, step(4)), at('Bank B', 38, step(4))];

/** The events of a job as the control plane sends them. */
const followed: RequestListener = (request, response) => {
  if (request.url !== '/v1/jobs/job_1/events' || request.headers.authorization !== 'Bearer a-key') return void response.writeHead(404).end();
  response.setHeader('content-type', 'text/event-stream');
  for (const each of told) response.write(`event: progress\ndata: ${JSON.stringify(each)}\n\n`);
  response.end('event: ping\ndata: {}\n\n');
};

describe('the libraries in a real browser', () => {
  let chromium: Awaited<ReturnType<typeof openChromium>>;
  let server: Awaited<ReturnType<typeof servePage>>;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await servePage((await bundled({ entryPoints: [join(here, 'page.ts')] })).code, followed);
    chromium = await openChromium();
    page = await chromium.context.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(server.url);
    await page.waitForFunction(() => 'countersign' in globalThis);
  });
  afterAll(async () => {
    await chromium?.close();
    server?.close();
  });

  it('a page compiles a policy to the same digest and takes the same decisions as a server', async () => {
    const signed = factsWith([{ signer: 'Bank B', keyId: 'key-b', roles: [] }]);
    const inPage = await page.evaluate(
      ([text, names, request, ...facts]) => {
        const { policy } = (globalThis as never as { countersign: typeof import('./page.js').libraries }).countersign;
        const compiled = policy.compile(text, names, 'page.policy');
        if (!compiled.ok) throw new Error(compiled.diagnostics[0].message);
        return { digest: compiled.policy.digest, decisions: facts.map((f) => policy.decide(compiled.policy, request, f)) };
      },
      [source, registry, job, factsWith([]), signed] as const,
    );
    const onServer = compile(source, registry, 'page.policy');
    if (!onServer.ok) throw new Error('the policy does not compile');
    expect(inPage.digest).toBe(onServer.policy.digest);
    expect(inPage.decisions).toEqual([decide(onServer.policy, job, factsWith([])), decide(onServer.policy, job, signed)]);
    expect(inPage.decisions.map((d) => d.outcome)).toEqual(['needs_signatures', 'allow']);
    expect(errors).toEqual([]);
  });

  it('a page follows a job over REST and shows how far its slowest node is, with a bar', async () => {
    const shown = await page.evaluate(async () => {
      const { contract: { ApiClient, portionOf, progressText, slowest } } = (globalThis as never as { countersign: typeof import('./page.js').libraries }).countersign;
      const client = new ApiClient(async ({ method, path, headers }) => {
        const { status, body } = await fetch(path, { method, headers: { ...headers, authorization: 'Bearer a-key' } });
        return { status, body: body as never as AsyncIterable<Uint8Array> };
      });
      // The page's own types are not those of this project.
      const { document } = globalThis as never as { document: { createElement(name: string): { id: string; value: number; textContent: string }; body: { append(...elements: object[]): void } } };
      const [bar, words] = [document.createElement('progress'), document.createElement('output')];
      bar.id = 'bar';
      words.id = 'words';
      document.body.append(bar, words);
      const nodes = new Map<string, ProgressView>();
      const seen: [number, string][] = [];
      for await (const event of client.watchJob('job_1')) {
        if (event.type !== 'progress') continue;
        nodes.set(event.progress.node, event.progress);
        const behind = slowest([...nodes.values()])!;
        bar.value = portionOf(behind);
        words.textContent = `${behind.node}: ${progressText(behind)}`;
        seen.push([bar.value, words.textContent]);
      }
      return seen;
    });
    expect(shown).toEqual([
      [0.25, 'Bank A: epoch 1 of 2, step 1 of 4, round 10 of 40'], [0.1, 'Bank B: preparing correlations, batch 4 of 40'], [0.25, 'Bank A: epoch 1 of 2, step 1 of 4, round 10 of 40'],
      [0.5, 'Bank B: epoch 1 of 2, step 2 of 4, round 20 of 40'], [0.95, 'Bank B: epoch 1 of 2, step 4 of 4, round 38 of 40'],
    ]);
    expect(await page.locator('#bar').isVisible()).toBe(true);
    expect(await page.locator('#bar').evaluate((bar) => (bar as never as { position: number }).position)).toBeCloseTo(0.95);
    expect(await page.locator('#words').textContent()).toContain('step 4 of 4');
    expect(errors).toEqual([]);
  });

  it('a page verifies a statement that a server signed, and refuses one changed bit', async () => {
    const key = SigningKey.generate('ML-DSA-65');
    const jws = signStatement(key, { v: 1, type: 'approval', kid: key.kid, issuedAt: '2026-10-01T09:00:00.000Z', expiresAt: '2026-10-02T09:00:00.000Z' });
    const at = jws.length - 100;
    const changed = `${jws.slice(0, at)}${jws[at] === 'A' ? 'B' : 'A'}${jws.slice(at + 1)}`;
    const outcomes = await page.evaluate(
      ([publicKey, ...statements]) => {
        const { pqc } = (globalThis as never as { countersign: typeof import('./page.js').libraries }).countersign;
        return statements.map((statement) => {
          try {
            return pqc.verifyStatement(statement, { type: 'approval', publicKey: pqc.fromBase64Url(publicKey), now: new Date('2026-10-01T10:00:00.000Z') }).type;
          } catch (error) {
            return (error as { code?: string }).code;
          }
        });
      },
      [Buffer.from(key.publicKey).toString('base64url'), jws, changed] as const,
    );
    expect(outcomes).toEqual(['approval', 'CS0114']);
  });

  describe('the policy library', () => {
    const policy = (what: string) => bundled({ stdin: { contents: `export ${what} from '#policy'`, resolveDir: root, loader: 'ts' } });

    it('stays under 60 kB gzipped, parser included', async () => {
      const { code, files } = await policy('{ compile, decide, explain, format, formatDiagnostic, limitsOn, render }');
      expect(gzipSync(code).length).toBeLessThan(60_000);
      expect(files).toContain('libs/policy/src/generated/parser.ts');
    });

    it('leaves out what a page does not import: without a parser it is half as large', async () => {
      const { code, files } = await policy('{ decide }');
      expect(gzipSync(code).length).toBeLessThan(30_000);
      expect(files.filter((file) => /generated|analyse|diff|who-can|test-policy|format\.ts/.test(file))).toEqual([]);
    });

    it('needs nothing of Node', async () => {
      const { files } = await policy('*');
      expect(files.filter((file) => !/^(?:libs\/policy\/src|node_modules\/(?:@noble\/hashes|canonicalize))\//.test(file))).toEqual([]);
    });
  });
});
