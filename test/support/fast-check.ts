import fc from '../../node_modules/fast-check/lib/fast-check.js';

/**
 * In the place of `fast-check` in specs: properties are tried on the same examples in every run, so that what holds once holds again, statistics among them. `COUNTERSIGN_SPEC_SEED`
 * is another seed, for whoever looks for a counterexample.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.COUNTERSIGN_SPEC_SEED ?? 20_261_129) });

// eslint-disable-next-line no-restricted-syntax -- as `fast-check` itself is imported.
export default fc;
