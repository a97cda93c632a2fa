import { describe, expect, test } from 'vitest';
import { QUOTING_RUNTIMES } from '../../../src/authoring/examples/quote-envelopes.ts';
import { quotesOf } from '../../../src/authoring/examples/quote-example.ts';
import { allDecoders, decoderFor } from '../../../src/decode/decoders.ts';

const TEXT = 'Login expired · Please run /login';
const envelopes = QUOTING_RUNTIMES.flatMap(({ runtime, opening, envelopes: given }) =>
  given.map((envelope) => ({ runtime, opening, ...envelope })),
);

describe('the envelopes in which examples are quoted', () => {
  test.each(envelopes)('$runtime: $who in $name is decoded as such', ({ runtime, opening, who, wrap }) => {
    const decoder = decoderFor(runtime);
    const format = decoder.formatOf('stdout', JSON.stringify(opening[0]));
    expect(format).toBe('structured');
    const event = decoder.decode({ stream: 'stdout', number: 1, raw: Buffer.from(JSON.stringify(wrap(TEXT))) }, format);
    expect(event.typed).toBe(true);
    if (who === 'subagent') expect(event.subagent).toBe(true);
    // The last word of a run is the model's, in an event of the runtime's: it must carry no text.
    else if (who === 'answer')
      expect([event.provenance, event.text, event.claimsError]).toEqual(['runtime', '', false]);
    else expect(event.provenance).toBe(who);
  });

  test('cover every runtime that writes JSON on stdout', () => {
    const structured = allDecoders().filter(
      ({ runtime }) => !['continue-cli'].includes(runtime) && decodesJson(runtime),
    );
    expect(QUOTING_RUNTIMES.map(({ runtime }) => runtime).sort()).toEqual(
      structured.map(({ runtime }) => runtime).sort(),
    );
  });
});

/** Decoders of text, and of agents whose format is not known, have no literals by which an error in JSON is told. */
function decodesJson(runtime: string): boolean {
  return decoderFor(runtime).errorLiterals.length > 0;
}

test('text is quoted for every runtime, but not where only the runtime itself writes', () => {
  const texts = [...quotesOf([TEXT])].filter(({ how }) => how.startsWith('text on'));
  expect(new Set(texts.map(({ runtime }) => runtime)).size).toBe(allDecoders().length);
  expect(texts.some(({ runtime, stream }) => runtime === 'claude-code' && stream === 'stderr')).toBe(false);
});
