import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const promtool = (...args: string[]): string =>
  execFileSync('promtool', args, { cwd: 'deploy/prometheus', encoding: 'utf8' });

it('the alert rules are right, and each fault raises its own (promtool: apt-get install prometheus)', () => {
  expect(promtool('check', 'rules', 'knell-alerts.yaml')).toContain('SUCCESS');
  expect(promtool('test', 'rules', 'knell-alerts.test.yaml')).toContain('SUCCESS');
});
