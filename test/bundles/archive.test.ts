import { describe, expect, it } from 'vitest';
import { archiveOf, digestOf, MAX_BUNDLE_BYTES, openArchive } from '../../src/bundles/archive.ts';
import type { RulesBundle } from '../../src/contracts/rules-bundle.ts';
import { bundleWith } from '../support/bundles.ts';

const bundle: RulesBundle = {
  schema: 'knell.bundle/v1',
  engine: '0.1.0',
  files: { 'a.yaml': 'a', 'causes/b.yaml': 'b' },
  scores: [],
};

describe('an archive', () => {
  it('has the same bytes however its parts are ordered', () => {
    const { scores, files, engine, schema } = bundle;
    const reordered = { scores, files: { 'causes/b.yaml': 'b', 'a.yaml': files['a.yaml'] as string }, engine, schema };
    expect(archiveOf(reordered)).toEqual(archiveOf(bundle));
  });

  it('gives back what was put into it', () => {
    const { bytes, digest } = archiveOf(bundle);
    expect(openArchive(bytes, digest)).toEqual({ bundle });
  });

  it('has another digest with one letter changed', () => {
    expect(bundleWith({ says: 'Licence expires' }).digest).not.toBe(bundleWith().digest);
  });
});

const changed = Buffer.from(archiveOf(bundle).bytes);
changed[changed.length - 2] = 0x20;

describe('what is no archive is refused', () => {
  it.each([
    ['bytes that are not the digest’s', changed, archiveOf(bundle).digest, 'bundle-tampered'],
    ['half of it', archiveOf(bundle).bytes.subarray(0, 40), undefined, 'bundle-unreadable'],
    ['another schema', Buffer.from('{"schema":"knell.bundle/v2"}'), undefined, 'bundle-unreadable'],
    [
      'the same content in other bytes',
      Buffer.from(JSON.stringify(bundle, null, 1)),
      undefined,
      'bundle-not-canonical',
    ],
    ['too many bytes', Buffer.alloc(MAX_BUNDLE_BYTES + 1), undefined, 'bundle-too-large'],
    [
      'a file that leads out of the folder',
      Buffer.from(JSON.stringify({ ...bundle, files: { '../a.yaml': '' } })),
      undefined,
      'bundle-unreadable',
    ],
  ])('%s', (_, bytes, digest, code) => {
    expect(openArchive(bytes, digest ?? digestOf(bytes))).toMatchObject({ refusal: { code } });
  });
});
