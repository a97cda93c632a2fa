import { expect, it } from 'vitest';
import { metric } from './metric.ts';

const TEXT = `# HELP lag How far behind
# TYPE lag gauge
lag{consumer="logs",stream="A"} 3
lag{consumer="runs",stream="B"} 4
lag_seconds 0.25
`;

it('reads a metric by its name and labels', () => {
  expect(metric(TEXT, 'lag_seconds')).toBe(0.25);
  expect(metric(TEXT, 'lag', { consumer: 'runs' })).toBe(4);
  expect(metric(TEXT, 'lag', { stream: 'A', consumer: 'logs' })).toBe(3);
});

it('tells no number of a metric that is not there', () => {
  expect(metric(TEXT, 'lag', { consumer: 'acks' })).toBeNaN();
  expect(metric(TEXT, 'heap')).toBeNaN();
});
