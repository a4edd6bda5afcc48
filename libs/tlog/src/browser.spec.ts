import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

it('the log is audited in a browser: its library bundles without any module of Node', async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    tsconfig: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
    // `mlkem` falls back to it on Node 18 and older.
    external: ['crypto'],
    bundle: true, write: false, metafile: true, platform: 'browser', format: 'esm', target: 'es2022', logLevel: 'silent',
  });
  expect(Object.keys(metafile.inputs)).toContain('libs/pqc/src/portable.ts');
  expect(Object.keys(metafile.inputs).filter((input) => /\/native\/|^node:/.test(input))).toEqual([]);
});
