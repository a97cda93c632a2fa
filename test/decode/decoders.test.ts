import { describe, expect, it } from 'vitest';
import { allDecoders, decoderFor, knownRuntimes, sniffRuntime } from '../../src/decode/decoders.ts';
import fc from '../support/fast-check.ts';

const STREAMS = ['stdout', 'stderr'] as const;
const FORMATS = ['structured', 'text'] as const;

/** The runtimes whose events only they can print, since the format of their output is known. */
const HAVE_A_FORMAT = new Set([
  'claude-code',
  'codex',
  'gemini',
  'qwen-code',
  'opencode',
  'pi',
  'cline',
  'copilot-cli',
  'cursor-agent',
  'amp',
  'continue-cli',
  'goose',
]);

describe('decoderFor', () => {
  it.each([
    ['claude-code', 'claude-code'],
    ['claude', 'claude-code'],
    ['Claude', 'claude-code'],
    ['qwen', 'qwen-code'],
    ['copilot', 'copilot-cli'],
    ['cursor', 'cursor-agent'],
    ['gemini-cli', 'gemini'],
    ['codex', 'codex'],
    ['python-worker', 'python-worker'],
    ['some-new-agent', 'generic'],
    ['constructor', 'generic'],
    ['', 'generic'],
    [undefined, 'generic'],
  ])('finds the decoder of %s', (name, runtime) => {
    expect(decoderFor(name).runtime).toBe(runtime);
  });
});

describe('knownRuntimes', () => {
  it('names every runtime once, and the decoder of each goes by its name', () => {
    const names = knownRuntimes();
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(decoderFor(name).runtime).toBe(name);
  });
});

describe('sniffRuntime', () => {
  it.each([
    [
      'stdout',
      '{"type":"system","subtype":"init","session_id":"1","slash_commands":[],"apiKeySource":"none","claude_code_version":"2.1.197"}',
      'claude-code',
    ],
    ['stdout', '{"type":"rate_limit_event","rate_limit_info":{"status":"allowed"}}', 'claude-code'],
    [
      'stdout',
      '{"type":"system","subtype":"init","session_id":"1","slash_commands":[],"qwen_code_version":"0.15.10"}',
      'qwen-code',
    ],
    [
      'stdout',
      '{"type":"system","subtype":"init","apiKeySource":"login","cwd":"/","session_id":"1","model":"auto"}',
      'cursor-agent',
    ],
    ['stdout', '{"type":"thread.started","thread_id":"01a2"}', 'codex'],
    ['stderr', 'OpenAI Codex v0.169.0', 'codex'],
    [
      'stdout',
      '{"type":"init","timestamp":"2026-11-22T16:06:07Z","session_id":"1","model":"gemini-2.5-pro"}',
      'gemini',
    ],
    ['stdout', '{"type":"step_start","timestamp":1,"sessionID":"ses_1","part":{}}', 'opencode'],
    ['stdout', '{"type":"session","version":3,"id":"1","timestamp":"2026-11-22T16:02:40Z","cwd":"/srv/app"}', 'pi'],
    ['stdout', '{"ts":"2026-11-22T16:12:03Z","type":"hook_event","hookEventName":"agent_start"}', 'cline'],
    ['stdout', 'Aider v0.86.2', 'aider'],
    ['stdout', '04:38:39 - openhands:INFO: x', 'openhands'],
    ['stdout', 'Reading the code of OpenAI Codex v1', 'generic'],
    ['stdout', '{"type":"message"}', 'generic'],
    ['stdout', '', 'generic'],
  ] as const)('on %s recognises %s', (stream, line, runtime) => {
    expect(sniffRuntime({ [stream]: [line] })).toBe(runtime);
  });
});

describe('every decoder', () => {
  const jsonLine = fc
    .dictionary(
      fc.constantFrom(
        'type',
        'subtype',
        'message',
        'error',
        'item',
        'part',
        'event',
        'result',
        'errors',
        'content',
        'messages',
        'status',
        'rate_limit_info',
      ),
      fc.oneof(
        fc.constantFrom(
          'system',
          'assistant',
          'user',
          'result',
          'error',
          'item.completed',
          'agent_end',
          'agent_event',
          'hook_event',
          'tool_use',
          'message_end',
        ),
        fc.jsonValue(),
        fc.constant({ type: 'error', content: [{ type: 'text', text: 1 }, null, 'x', { type: 'tool_use' }] }),
      ),
    )
    .map((fields) => Buffer.from(JSON.stringify(fields)));

  it('never throws, keeps its promises about untyped events, and is pure', () => {
    const raw = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      jsonLine,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...allDecoders()),
        raw,
        fc.constantFrom(...STREAMS),
        fc.constantFrom(...FORMATS),
        (decoder, bytes, stream, format) => {
          const line = { stream, number: 0, raw: bytes };
          const event = decoder.decode(line, format);
          expect(decoder.decode(line, format)).toEqual(event);
          expect(FORMATS).toContain(decoder.formatOf(stream, bytes.toString()));
          expect(typeof decoder.recognises(stream, bytes.toString())).toBe('boolean');
          // Anybody could print the events of an agent whose format is not known.
          if (event.typed) expect(event.shared).toBe(!HAVE_A_FORMAT.has(decoder.runtime));
          else expect(event).toMatchObject({ fields: {}, claimsError: false, subagent: false });
          if (format === 'text') expect(event.typed).toBe(false);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(['[', '{"a":', '{"type":"result","result":['])('survives a hundred thousand times %s', (opening) => {
    const closing = opening.endsWith('[') ? ']' : '}';
    const deep = opening.repeat(100_000) + (opening.startsWith('{"a') ? '1' : '') + closing.repeat(100_000);
    for (const decoder of allDecoders()) {
      expect(
        decoder.decode({ stream: 'stdout', number: 0, raw: Buffer.from(deep) }, 'structured').provenance,
      ).toBeDefined();
    }
  });
});
