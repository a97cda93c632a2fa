/** Two files: the targets, whose code is counted, and what tries inputs on them. Packages are left where they are. */
const shared = { platform: 'node', external: (id) => !/^(?:\.|\/|test)/.test(id) };
export default [
  { ...shared, input: 'test/fuzz/targets.ts', output: { file: '.knell/fuzz/targets.cjs', format: 'cjs' } },
  { ...shared, input: 'test/fuzz/fuzz.ts', output: { file: '.knell/fuzz/fuzz.mjs', format: 'esm' } },
];
