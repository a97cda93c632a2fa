import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderLogLine } from '../../src/logging/render-log-line.ts';

const plain = pc.createColors(false);
const time = '2026-03-04T05:06:07.890Z';

describe('a line of the log, for a person', () => {
  it.each([
    [{ level: 'info', time, msg: 'stopped' }, '05:06:07  stopped\n'],
    [
      { level: 'info', time, rules: 'fc29', packs: 21, http: undefined, msg: 'knell is listening' },
      '05:06:07  knell is listening  rules=fc29 packs=21\n',
    ],
    [
      { level: 'warn', time, servers: ['nats://a:4222'], msg: 'no NATS server answers yet' },
      '05:06:07  warn: no NATS server answers yet  servers=["nats://a:4222"]\n',
    ],
    [
      { level: 'error', time, err: { type: 'Error', message: 'the disk is full', stack: 'Error: …' }, msg: 'gave up' },
      '05:06:07  error: gave up: the disk is full\n',
    ],
  ])('shows %j in words', (line, words) => {
    expect(renderLogLine(`${JSON.stringify(line)}\n`, plain)).toBe(words);
  });

  it('paints what needs somebody', () => {
    const colours = pc.createColors(true);
    expect(renderLogLine(JSON.stringify({ level: 'error', time, msg: 'gave up' }), colours)).toContain(
      colours.red('error: gave up'),
    );
  });

  it.each(['not JSON\n', '42\n', '{"a":1}\n'])('leaves %j as it is', (line) => {
    expect(renderLogLine(line, plain)).toBe(line);
  });
});
