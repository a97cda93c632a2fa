import { describe, expect, test } from 'vitest';
import { type ZodType, z } from 'zod';
import { AbortCommand } from '../../src/contracts/abort-command.ts';
import { Ack } from '../../src/contracts/ack.ts';
import { FailureRecord } from '../../src/contracts/failure-record.ts';
import { Notice } from '../../src/contracts/notice.ts';
import { PreflightReply, PreflightRequest } from '../../src/contracts/preflight.ts';
import { jsonSchemas, MESSAGES } from '../../src/contracts/published/json-schemas.ts';
import { RunEvent } from '../../src/contracts/run-event.ts';
import fc from '../support/fast-check.ts';
import { abortCommand, failureRecord } from '../support/messages.ts';

const at = '2026-11-22T12:00:00.000Z';
const run = { agent: 'a1', execution: 'e1', attempt: 1 };

const WHOLE: [string, ZodType, Record<string, unknown>][] = [
  ['an abort command', AbortCommand, abortCommand(run, { not_before: at, reset_source: 'event' })],
  [
    'a failure record',
    FailureRecord,
    failureRecord(run, { reason: 'because', timings: { evidence_to_command_ms: 12 } }),
  ],
  ['an ack', Ack, { schema: 'knell.ack/v1', command_id: 'abort-1', ...run, outcome: 'terminated', by: 'tap', at }],
  [
    'a start',
    RunEvent,
    {
      schema: 'knell.run/v1',
      type: 'started',
      ...run,
      at,
      runtime: 'codex',
      subscription: 'team-a',
      credential: { kind: 'oauth', fingerprint: 'f00d' },
      pid: 42,
      timeout_s: 3600,
    },
  ],
  ['a heartbeat', RunEvent, { schema: 'knell.run/v1', type: 'heartbeat', ...run, at }],
  ['an exit', RunEvent, { schema: 'knell.run/v1', type: 'exited', ...run, at, code: null, signal: 'SIGTERM' }],
  ['a notice', Notice, { schema: 'knell.notice/v1', kind: 'drift', at, message: 'new', fingerprint: 'f', count: 3 }],
  ['a preflight request', PreflightRequest, { agent: 'a1', subscription: 'team-a' }],
  [
    'a preflight reply',
    PreflightReply,
    {
      schema: 'knell.preflight/v1',
      answer: 'refused',
      reason: 'the token has expired',
      until: null,
      evidence: [],
      evidence_age_s: 3,
      expires_at: null,
      alternatives: ['team-b'],
    },
  ],
];

describe.each(WHOLE)('%s', (_name, schema, value) => {
  test('comes back from the wire as it was sent', () => {
    expect(schema.parse(JSON.parse(JSON.stringify(value)))).toEqual(value);
  });

  test('may have fields that this version does not know', () => {
    expect(schema.safeParse({ ...value, from_the_future: { deep: [1] } }).success).toBe(true);
  });

  test('is refused when any field that it needs is missing or of another type', () => {
    for (const field of Object.keys(value)) {
      const { [field]: _, ...without } = value;
      const optional = schema.safeParse(without).success;
      const wrong = schema.safeParse({ ...value, [field]: [['not this']] });
      // The kind's own fields of a notice may be anything.
      if (schema === Notice && !['schema', 'kind', 'at', 'message'].includes(field)) continue;
      expect(wrong.success, field).toBe(false);
      if (optional) continue;
      expect(schema.safeParse(without).error?.issues[0]?.path, field).toEqual([field]);
    }
  });

  test('anything else on its subject is a refusal, never an exception', () => {
    fc.assert(fc.property(fc.anything(), (anything) => void schema.safeParse(anything)));
  });
});

test.each([
  ['an agent with a dot', { agent: 'a.b' }],
  ['an agent with a wildcard', { agent: '*' }],
  ['an empty execution', { execution: '' }],
  ['an execution of 129 characters', { execution: 'e'.repeat(129) }],
  ['attempt 0', { attempt: 0 }],
  ['attempt 1.5', { attempt: 1.5 }],
  ['a time without a zone', { issued_at: '2026-11-22T12:00:00' }],
  ['an excerpt that is too long', { evidence: [{ ...abortCommand().evidence[0], excerpt: 'x'.repeat(301) }] }],
])('an abort command with %s is refused', (_what, over) => {
  expect(AbortCommand.safeParse({ ...abortCommand(), ...over }).success).toBe(false);
});

test('every message and file has a JSON Schema of its own, which is itself valid', () => {
  const schemas = jsonSchemas();
  expect(Object.keys(schemas)).toEqual(Object.keys(MESSAGES));
  for (const schema of Object.values(schemas)) {
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
    // What zod reads back from it accepts what the original accepts.
    expect(() => z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])).not.toThrow();
  }
});

test("the abort command's JSON Schema accepts a command and refuses a broken one", () => {
  const schema = z.fromJSONSchema(jsonSchemas().abort as Parameters<typeof z.fromJSONSchema>[0]);
  expect(schema.safeParse(abortCommand()).success).toBe(true);
  expect(schema.safeParse({ ...abortCommand(), attempt: 'one' }).success).toBe(false);
});
