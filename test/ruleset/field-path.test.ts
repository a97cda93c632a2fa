import { describe, expect, test } from 'vitest';
import { findField, jsonPointer, splitPath } from '../../src/ruleset/field-path.ts';
import fc from '../support/fast-check.ts';

describe('a dotted path', () => {
  const fields = {
    error: { status: 401, type: null },
    content: [{ type: 'text' }, ['a', 'b']],
    'a.b': { c: 1 },
    a: { b: { c: 2, d: 3 } },
    'x.y': 4,
    'back\\slash': 5,
  };
  const cases: [string, unknown, string][] = [
    ['error.status', 401, '/error/status'],
    ['error.type', null, '/error/type'],
    ['content.0.type', 'text', '/content/0/type'],
    ['content.1.1', 'b', '/content/1/1'],
    ['a.b.c', 1, '/a.b/c'],
    ['a.b.d', 3, '/a/b/d'],
    ['x.y', 4, '/x.y'],
    ['x\\.y', 4, '/x.y'],
    ['a\\.b.c', 1, '/a.b/c'],
    ['back\\slash', 5, '/back\\slash'],
    ['back\\\\slash', 5, '/back\\slash'],
  ];
  test.each(cases)('%s leads to a value', (path, value, pointer) => {
    const found = findField(fields, splitPath(path));
    expect(found?.value).toBe(value);
    expect(jsonPointer(found?.keys ?? [])).toBe(pointer);
  });

  test.each([
    'nothing',
    'error.status.x',
    'error.type.x',
    'content.2',
    'content.00',
    'content.-1',
    'content.length',
    'constructor',
    '__proto__',
    'toString.name',
    'a\\.b.d',
    '',
  ])('%s leads nowhere', (path) => {
    expect(findField(fields, splitPath(path))).toBeUndefined();
  });

  test('finds any key of any event once its dots and backslashes are escaped', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), fc.integer(), (keys, value) => {
        const event = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
        const path = keys.map((key) => key.replaceAll('\\', '\\\\').replaceAll('.', '\\.')).join('.');
        fc.pre(!keys.includes('__proto__'));
        expect(findField(event as Record<string, unknown>, splitPath(path))).toEqual({ value, keys });
      }),
    );
  });
});
