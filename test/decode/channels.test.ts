import { describe, expect, it } from 'vitest';
import { ownsChannel } from '../../src/decode/channels.ts';
import { allDecoders } from '../../src/decode/decoders.ts';

const STREAMS = ['stdout', 'stderr'] as const;

describe('ownsChannel', () => {
  it('shares every stdout', () => {
    expect(allDecoders().filter((decoder) => ownsChannel(decoder.runtime, 'stdout'))).toEqual([]);
  });

  it.each([
    ['claude-code', true],
    ['copilot-cli', true],
    ['pi', true],
    ['cline', true],
    ['continue-cli', true],
    ['cursor-agent', false],
    ['qwen-code', false],
    ['codex', false],
    ['opencode', false],
    ['gemini', false],
    ['host', false],
    ['generic', false],
    ['toString', false],
  ])('on stderr says of %s: %s', (runtime, owned) => {
    expect(ownsChannel(runtime, 'stderr')).toBe(owned);
  });

  it('agrees with what the decoders say of plain text', () => {
    for (const decoder of allDecoders()) {
      for (const stream of STREAMS) {
        const event = decoder.decode({ stream, number: 0, raw: Buffer.from('text') }, 'text');
        expect([decoder.runtime, stream, event.shared]).toEqual([
          decoder.runtime,
          stream,
          !ownsChannel(decoder.runtime, stream),
        ]);
      }
    }
  });
});
