import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

test('the Python backend is Python', async () => {
  const file = fileURLToPath(new URL('../../examples/backend-python/backend.py', import.meta.url));
  const script = 'import ast, sys; print(len(ast.parse(open(sys.argv[1], encoding="utf-8").read()).body))';
  const { stdout } = await promisify(execFile)('python3', ['-c', script, file]);
  expect(Number(stdout)).toBeGreaterThan(10);
});
