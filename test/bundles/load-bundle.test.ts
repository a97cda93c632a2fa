import { describe, expect, it } from 'vitest';
import { archiveOf } from '../../src/bundles/archive.ts';
import { loadBundle } from '../../src/bundles/load-bundle.ts';
import { bundleWith, LOAD, loaded } from '../support/bundles.ts';
import { packText } from '../support/rule-files.ts';

describe('loading a bundle', () => {
  it('gives rules whose verdicts name the bundle', () => {
    const archive = bundleWith();
    const { ruleSet } = loaded(archive);
    expect(ruleSet.digest).toBe(archive.digest);
    expect(ruleSet.rules.map(({ key, reference }) => [key, reference.digest])).toEqual([
      ['acme/licence', archive.digest],
    ]);
  });

  it('takes overrides from the bundle too', () => {
    const overrides = `schema: knell.overrides/v1\nrules:\n  acme/licence: { disabled: true, reason: it is a test }\n`;
    const files = { 'acme.yaml': packText(), 'overrides.yaml': overrides };
    const archive = archiveOf({ schema: 'knell.bundle/v1', engine: '0.1.0', files, scores: [] });
    expect(loaded(archive).ruleSet.rules).toEqual([]);
  });

  it.each([
    ['for a newer knell', bundleWith({}, '1.3.0'), 'engine-too-old'],
    [
      'without any file',
      archiveOf({ schema: 'knell.bundle/v1', engine: '0.1.0', files: {}, scores: [] }),
      'bundle-empty',
    ],
    ['with an error in a pattern', bundleWith({ says: 'Licence (expired' }), 'pattern-invalid'],
  ])('refuses one %s, whole', (_, { bytes, digest }, code) => {
    expect(loadBundle(bytes, digest, LOAD)).toMatchObject({ refusals: [{ code }] });
  });

  it('says where the error is, and none of the file’s words', () => {
    const { bytes, digest } = bundleWith({ says: 'Licence (expired' });
    const opened = loadBundle(bytes, digest, LOAD);
    expect(JSON.stringify(opened)).not.toContain('Licence');
    expect(opened).toMatchObject({ refusals: [{ message: expect.stringMatching(/\/acme\.yaml:\d+:\d+$/) }] });
  });
});
