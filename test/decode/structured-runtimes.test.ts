import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StreamName } from '../../src/contracts/run.ts';
import { decoderFor } from '../../src/decode/decoders.ts';
import type { DecodedEvent } from '../../src/decode/event.ts';

interface Captured {
  readonly runtime: string;
  readonly stream: StreamName;
  readonly line: string;
  readonly event: string;
  readonly provenance: string;
  readonly claimsError?: true;
  readonly tool?: unknown;
  readonly text: string;
}

/** Lines that the named programs printed, with what each means. */
const CAPTURED: readonly Captured[] = readFileSync(new URL('../corpus/decode/events.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((row) => JSON.parse(row));

function decode(runtime: string, line: string, stream: StreamName = 'stdout'): DecodedEvent {
  return decoderFor(runtime).decode({ stream, number: 0, raw: Buffer.from(line) }, 'structured');
}

describe('captured events', () => {
  it.each(CAPTURED)('$runtime says $event as $provenance', (captured) => {
    const decoder = decoderFor(captured.runtime);
    expect(decoder.formatOf(captured.stream, captured.line)).toBe('structured');
    const event = decode(captured.runtime, captured.line, captured.stream);
    expect(event).toMatchObject({
      name: captured.event,
      provenance: captured.provenance,
      typed: true,
      shared: false,
      subagent: false,
      claimsError: captured.claimsError ?? false,
      text: captured.text,
    });
    expect(event.tool).toEqual(captured.tool);
    if (event.claimsError) {
      expect(decoder.errorLiterals.some((literal) => captured.line.includes(literal))).toBe(true);
    }
  });
});
