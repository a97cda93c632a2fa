import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/**
 * What src/fluentd contains, shown on the bare library. When one of these fails after an update of fluent-logger, the fault
 * is mended, and the code that works around it can go.
 */
function runBareLibrary(answer: string, then: string, ackTimeoutMs = 50) {
  const script = `
    const net = require('node:net');
    const library = require('fluent-logger');
    const msgpack = require('msgpack-lite');
    const server = net.createServer({ noDelay: true }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const chunk = msgpack.decode(data)[3].chunk;
        const ack = msgpack.encode({ ack: chunk });
        ${answer}
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const port = server.address().port;
      const sender = library.createFluentSender('t', {
        port, requireAckResponse: true, ackResponseTimeout: ${ackTimeoutMs},
        internalLogger: { info() {}, error() {} },
      });
      const calls = [];
      const print = () => { console.log(JSON.stringify({ calls, queued: sender._sendQueue.length })); process.exit(0); };
      ${then}
    });`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 120_000 });
}

test('an acknowledgement in two segments ends the process', () => {
  // The second segment never matters: the library fails on the first.
  const { status, stderr } = runBareLibrary(
    'socket.write(ack.subarray(0, 5));',
    'sender.emit({ n: 1 }, print);',
    60_000,
  );
  expect(stderr).toContain('BUFFER_SHORTAGE');
  expect(status).not.toBe(0);
});

test('a late acknowledgement calls back a second time', () => {
  const answer = 'setTimeout(() => socket.write(ack), 100);';
  const { stdout } = runBareLibrary(
    answer,
    'sender.emit({ n: 1 }, (error) => { calls.push(error ? error.name : null); if (calls.length === 2) print(); });',
  );
  expect(JSON.parse(stdout)).toEqual({ calls: ['ResponseTimeoutError', null], queued: 0 });
});

test('events queue up without bound while one waits for its acknowledgement', () => {
  const { stdout } = runBareLibrary(
    'setTimeout(print, 10);',
    'globalThis.print = print; for (let n = 0; n < 5000; n++) sender.emit({ n });',
  );
  expect(JSON.parse(stdout)).toMatchObject({ queued: 4_999 });
});
