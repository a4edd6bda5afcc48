// Who may import whom: the table of ARCHITECTURE.md. Specs and libs/testing are outside of it.
const may = {
  kernels: [],
  pqc: [],
  tlog: ['pqc'],
  policy: [],
  program: [],
  contract: ['policy', 'program'],
  mpc: ['kernels', 'pqc', 'program'],
  verify: ['contract', 'policy', 'pqc', 'program'],
};
const apps = {
  'control-plane': ['contract', 'policy', 'tlog', 'pqc', 'program', 'verify'],
  worker: ['contract', 'policy', 'tlog', 'pqc', 'program', 'verify', 'mpc', 'kernels'],
  cli: ['contract', 'policy', 'tlog', 'pqc', 'program', 'verify'],
};
const spec = '\\.(e2e-)?spec\\.ts$';
const rule = (name, from, others) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: spec },
  to: others,
});
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(may).map(([lib, allowed]) =>
      rule(`${lib}-imports`, `^libs/${lib}/`, { path: '^(libs|apps)/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` })),
    ...Object.entries(apps).map(([app, allowed]) =>
      rule(`${app}-imports`, `^apps/${app}/`, { path: '^(libs|apps)/', pathNot: `^(apps/${app}/|libs/(${allowed.join('|')})/)` })),
    rule('libs-through-their-index', '^(apps|libs)/([^/]+)/', { path: '^libs/([^/]+)/src/(?!index\\.ts$|portable\\.ts$|links\\.ts$|plans\\.ts$)', pathNot: '^libs/$2/' }),
    rule('nest-is-a-shell', '^(libs|apps/(worker|cli))/', { path: 'node_modules/@nestjs/' }),
    // What the benchmarks compare with: no product rests on it.
    rule('benchmarks-alone', '^(apps|libs)/', { path: '^bench/|node_modules/(@noble/curves|node-seal|jiff-mpc|emp-wasm)/' }),
    // Commands start without the library that draws plots.
    rule('plots-in-reports', '^(libs|apps/(?!cli/src/report/))', { path: 'node_modules/(echarts|zrender)/' }),
    rule('reports-are-loaded-late', '^(libs|apps/(?!cli/src/report/))', { path: '^apps/cli/src/report/(?!facts\\.ts$)', dynamic: false }),
    rule('mpc-order-channel', '^libs/mpc/src/channel/', { path: '^libs/mpc/src/(ot|ahe|correlations|sharing|machine|engine)/' }),
    rule('mpc-order-ot', '^libs/mpc/src/(ot|ahe)/', { path: '^libs/mpc/src/(correlations|sharing|machine|engine)/' }),
    rule('mpc-order-correlations', '^libs/mpc/src/correlations/', { path: '^libs/mpc/src/(join|sharing|machine|engine)/' }),
    rule('mpc-order-join', '^libs/mpc/src/join/', { path: '^libs/mpc/src/(ahe|correlations|sharing|machine|engine)/' }),
    rule('mpc-order-sharing', '^libs/mpc/src/sharing/', { path: '^libs/mpc/src/(join|machine|engine)/' }),
    rule('mpc-order-machine', '^libs/mpc/src/machine/', { path: '^libs/mpc/src/(join|engine)/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'libs/testing/|libs/kernels/assembly/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
