import { expect, it } from 'vitest';
import { codex } from '../../../src/decode/runtimes/codex.ts';

const decode = (line: string) => codex.decode({ stream: 'stdout', number: 0, raw: Buffer.from(line) }, 'structured');

it('an item of type error is the runtime speaking, an agent message that quotes one is not', () => {
  const error = '{"type":"item.completed","item":{"id":"item_1","type":"error","message":"stream disconnected"}}';
  expect(decode(error)).toMatchObject({
    name: 'item.completed/error',
    provenance: 'runtime',
    claimsError: false,
  });
  const quote = '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"401 Unauthorized"}}';
  expect(decode(quote)).toMatchObject({ provenance: 'narration', claimsError: false });
});

it('an item of type error is the runtime speaking, an agent message that quotes one is not', () => {
  const error = '{"type":"item.completed","item":{"id":"item_1","type":"error","message":"stream disconnected"}}';
  expect(decode(error)).toMatchObject({
    name: 'item.completed/error',
    provenance: 'runtime',
    claimsError: false,
  });
  const quote = '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"401 Unauthorized"}}';
  expect(decode(quote)).toMatchObject({ provenance: 'narration', claimsError: false });
});

it('an item of type error is the runtime speaking, an agent message that quotes one is not', () => {
  const error = '{"type":"item.completed","item":{"id":"item_1","type":"error","message":"stream disconnected"}}';
  expect(decode(error)).toMatchObject({
    name: 'item.completed/error',
    provenance: 'runtime',
    claimsError: false,
  });
  const quote = '{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"401 Unauthorized"}}';
  expect(decode(quote)).toMatchObject({ provenance: 'narration', claimsError: false });
});
