import { NatsError } from 'nats';
import { expect, test } from 'vitest';
import { isOutage } from '../../src/nats/outage.ts';

const refused = (code: number, err_code: number): NatsError =>
  Object.assign(new NatsError('refused', String(code)), { api_error: { code, err_code, description: '' } });

test.each([
  ['no answer', new NatsError('TIMEOUT', 'TIMEOUT'), true],
  ['no leader', refused(503, 10008), true],
  ['a stream that is gone', refused(404, 10059), true],
  ['a run state that never stood still', Object.assign(new Error(''), { code: 'RUN_STATE_CONTENDED' }), true],
  ['a message beyond the stream’s limit', refused(400, 10054), true],
  ['a message beyond the server’s limit', new NatsError('', 'MAX_PAYLOAD_EXCEEDED'), false],
  ['a fault of the program', new TypeError('x is not a function'), false],
  ['nothing', undefined, false],
])('%s is an outage: %s', (_, error, expected) => {
  expect(isOutage(error)).toBe(expected);
});
