import { Parser } from '@asyncapi/parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { asyncApiDocument } from '../../../src/contracts/published/asyncapi.ts';
import { EXAMPLES } from '../../../src/contracts/published/examples.ts';
import { MESSAGES } from '../../../src/contracts/published/json-schemas.ts';
import { createSubjects } from '../../../src/contracts/subjects.ts';

describe('the AsyncAPI document', () => {
  type Parsed = Awaited<ReturnType<Parser['parse']>>;
  let parsed: Parsed;
  beforeAll(async () => {
    parsed = await new Parser().parse(JSON.stringify(asyncApiDocument('1.2.3')));
  });

  test('is one, says its own parser, examples included', () => {
    expect(parsed.diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
    expect(parsed.document?.version()).toBe('3.0.0');
  });

  test('has every subject of the contract', () => {
    const addresses = parsed.document
      ?.channels()
      .all()
      .map((channel) => channel.address());
    expect(addresses).toEqual([
      'knell.logs.{agent}.{execution}.{attempt}.{stream}',
      'knell.runs.{agent}.{execution}.{attempt}',
      'knell.acks.{agent}.{execution}.{attempt}',
      'knell.aborts.{agent}.{execution}.{attempt}',
      'knell.failures.{family}.{cause}.{agent}.{execution}.{attempt}',
      'knell.notices.{kind}.{about}',
      'knell.preflight.check',
      'knell.subscriptions.list',
      'knell.subscriptions.set',
      'knell.subscriptions.remove',
      null,
    ]);
  });

  test('would be found out if it were none', async () => {
    const document = JSON.parse(JSON.stringify(asyncApiDocument('1.2.3')));
    document.operations['send-aborts'].channel.$ref = '#/channels/orders';
    const { diagnostics } = await new Parser().parse(JSON.stringify(document));
    expect(diagnostics.filter(({ severity }) => severity === 0)).not.toEqual([]);
  });

  test('follows the prefix of a deployment', () => {
    expect(JSON.stringify(asyncApiDocument('1.2.3', 'acme.knell'))).toContain('"acme.knell.preflight.check"');
    expect(() => asyncApiDocument('1.2.3', 'a b')).toThrow(RangeError);
  });
});

describe('the examples', () => {
  const all = Object.entries(EXAMPLES).flatMap(([name, examples]) =>
    Object.entries(examples).map(
      ([title, example]) => [name, title, example] as [keyof typeof EXAMPLES, string, object],
    ),
  );
  test.each(all)('%s: %s comes back from its schema as it was', (name, _title, example) => {
    const wire: unknown = JSON.parse(JSON.stringify(example));
    expect(MESSAGES[name].parse(wire)).toMatchObject(example);
  });

  // AsyncAPI's parser leaves the examples of version 3 documents unchecked.
  test.each(all)('%s: %s fits the schema in the document', (name, _title, example) => {
    const document = JSON.parse(JSON.stringify(asyncApiDocument('1.2.3')));
    const schema = z.fromJSONSchema(document.components.messages[name].payload);
    expect(schema.safeParse(example).error).toBeUndefined();
    const [required] = Object.keys(example);
    const lacking = Object.fromEntries(Object.entries(example).filter(([field]) => field !== required));
    if (required === 'schema') expect(schema.safeParse(lacking).success).toBe(false);
  });

  test('their subjects are those that are read', () => {
    const subjects = createSubjects();
    const { abort } = EXAMPLES;
    const command = abort['an expired token'];
    const { agent, execution, attempt } = command;
    expect(subjects.parseAborts(subjects.aborts({ agent, execution, attempt }))).toEqual({ agent, execution, attempt });
  });
});
