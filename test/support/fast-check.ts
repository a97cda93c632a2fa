import { configureGlobal } from 'fast-check';

/**
 * Properties are tried on the same values in every run, so that a change breaks a test and chance does not.
 * `KNELL_SEED=random npx vitest run test/ruleset` looks for new counterexamples; fast-check prints the seed of one.
 */
const { KNELL_SEED } = process.env;
if (KNELL_SEED !== 'random') configureGlobal({ seed: Number(KNELL_SEED ?? 20_261_128) });

export { default } from 'fast-check';
