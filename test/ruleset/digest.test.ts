import { expect, test } from 'vitest';
import { canonicalJson, digestRules } from '../../src/ruleset/digest.ts';
import fc from '../support/fast-check.ts';
import { aPack, aRule, someOverrides } from './build.ts';

test('canonical JSON is JSON of the same value, in one order', () => {
  expect(canonicalJson({ b: [1, { d: null, c: undefined }], a: 'ä"' })).toBe('{"a":"ä\\"","b":[1,{"d":null}]}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a digest does not depend on the order of packs, but on all they say and on the overrides', () => {
  const a = aPack([aRule()], { pack: 'a' });
  const b = aPack([aRule()], { pack: 'b' });
  const digests = [
    digestRules([a, b], undefined),
    digestRules([a], undefined),
    digestRules([a, { ...b, version: '1.2.4' }], undefined),
    digestRules([a, b], someOverrides({})),
    digestRules([a, b], someOverrides({ 'a/a-rule': { disabled: true } })),
  ];
  expect(digestRules([b, a], undefined)).toBe(digests[0]);
  expect(new Set(digests).size).toBe(digests.length);
});
