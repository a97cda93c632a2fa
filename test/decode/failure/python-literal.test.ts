import { describe, expect, it } from 'vitest';
import { readPythonLiteral } from '../../../src/decode/failure/python-literal.ts';

describe('readPythonLiteral', () => {
  it('reads a dictionary as repr prints it', () => {
    expect(readPythonLiteral(`{'error': {'message': "it's over", 'code': None, 'ok': False}, 'n': [1, True]}`)).toEqual(
      {
        error: { message: "it's over", code: null, ok: false },
        n: [1, true],
      },
    );
  });

  it('reads what node inspects, with bare keys and a comma at the end', () => {
    expect(readPythonLiteral(`{ status: 429, error: 'slow down', param: undefined, }`)).toEqual({
      status: 429,
      error: 'slow down',
      param: null,
    });
  });

  it.each(["{'error': <Response [401]>}", "{'open': ", "{'never closed", '', '{'.repeat(50_000)])(
    'is undefined for what is none: %.40s',
    (text) => {
      expect(readPythonLiteral(text)).toBeUndefined();
    },
  );
});
