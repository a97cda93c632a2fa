import { connect, type Socket } from 'node:net';
import { afterAll, describe, expect } from 'vitest';
import { attack, expectStillJudges, target } from './attack.ts';

const { port } = new URL(target.http);
const end = ' HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

/** Sends bytes as they are; settles with all that came back when the service has hung up. */
function send(bytes: string, more: (socket: Socket) => void = () => undefined): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(bytes, 'latin1');
      more(socket);
    });
    let text = '';
    socket.setEncoding('latin1').on('data', (data: string) => {
      text += data;
    });
    socket.on('error', () => undefined).on('close', () => resolve(text));
  });
}
const isAlive = async () => expect((await fetch(`${target.http}/healthz`)).status).toBe(200);

const open: Socket[] = [];
afterAll(() => {
  for (const socket of open) socket.destroy();
});

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** By hand, since fetch sets the host and keeps others from setting it. */
async function ask(
  path: string,
  { method = 'GET', headers = {}, body = '' }: Asked = {},
): Promise<{ status: number; text: string }> {
  const head = { host: `127.0.0.1:${port}`, connection: 'close', 'content-length': `${body.length}`, ...headers };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  const text = await send(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
}

const bearer = { authorization: `Bearer ${target.token}` };
const json = { 'content-type': 'application/json' };
const shadow = JSON.stringify({ mode: 'shadow', by: 'mallory', why: 'x' });

describe('requests that are none', () => {
  attack(
    'GET //, a host in the address, a port that is none, %, a star, dots, zero bytes',
    'answered with 4xx, the service lives',
    async () => {
      for (const request of [
        'GET //',
        'GET http://[::1',
        'GET //x:99999999/',
        'GET /%',
        'OPTIONS *',
        'GET /../../etc/passwd',
        'GET /api/v1/%00',
        'GET /%2e%2e/%2e%2e/etc/passwd',
        'GET /assets/..%2f..%2fpackage.json',
        'GET /\u00ff\u00fe',
      ]) {
        const text = await send(`${request}${end}`);
        expect(text, request).toMatch(/^HTTP\/1\.1 (4\d\d|200)/);
        expect(text).not.toMatch(/root:|"dependencies"/);
      }
      await isAlive();
    },
  );

  attack(
    'methods that there are not, TRACE, CONNECT, an upgrade, a hundred requests at once',
    'refused, the service lives',
    async () => {
      for (const method of ['FROB', 'TRACE', 'PUT', 'DELETE', 'PATCH']) {
        expect(await send(`${method} /api/v1/mode${end}`)).toMatch(/^HTTP\/1\.1 (4\d\d)/);
      }
      await send('CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n', (socket) => socket.end());
      await send('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n', (socket) =>
        socket.end(),
      );
      await send(`${'GET // HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(100)}GET /${end}`);
      await isAlive();
    },
  );

  attack(
    'two lengths, a length and chunks, a line feed in a header, 20 KB of headers, TLS',
    'answered with 400: nothing is smuggled',
    async () => {
      for (const bytes of [
        'GET /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
        'POST /api/v1/mode HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
        'GET /healthz HTTP/1.1\r\nhost: x\r\nx: a\u0000b\r\n\r\n',
        'GET /healthz HTTP/1.1\r\nhost: x\r\n folded: x\r\nx y: z\r\n\r\n',
        `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`,
        '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
      ]) {
        const text = await send(bytes);
        expect(text).toMatch(/^HTTP\/1\.1 4\d\d/);
        expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
      }
      await isAlive();
    },
  );

  attack(
    'bodies: 20 MB, deep JSON, no JSON, another type, __proto__',
    'refused before they are read, or as a bad request',
    async () => {
      for (const body of [
        '[',
        '['.repeat(100_000),
        '{"__proto__":{"mode":"shadow"}}',
        '"x"',
        '{"mode":"shadow","by":7}',
      ]) {
        const { status } = await ask('/api/v1/mode', { method: 'POST', headers: { ...bearer, ...json }, body });
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
      const large = await ask('/api/v1/mode', {
        method: 'POST',
        headers: { ...bearer, ...json, 'content-length': `${20 * 1024 * 1024}` },
        body: shadow,
      });
      expect(large.status).toBe(413);
      await isAlive();
    },
  );
});

describe('clients that take their time', () => {
  attack(
    '300 that send half a request, and 100 that send nothing',
    'others are answered meanwhile; cut off after five seconds',
    async () => {
      const slow = Array.from({ length: 400 }, (_, n) =>
        send(n % 4 === 0 ? '' : 'GET /metrics HTTP/1.1\r\nhost: x\r\n', (socket) => void open.push(socket)),
      );
      await isAlive();
      await expectStillJudges();
      await Promise.all(slow);
    },
  );

  attack(
    'a reader that never reads a long answer, and clients that hang up in the middle',
    'the service lives',
    async () => {
      const asked = 'GET /api/v1/openapi.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'.repeat(50);
      const stuck = send(asked, (socket) => {
        socket.pause();
        open.push(socket);
      });
      await Promise.all(Array.from({ length: 50 }, () => send(asked, (socket) => socket.destroy())));
      await isAlive();
      open.at(-1)?.destroy();
      await stuck;
    },
  );

  attack('a thousand scrapes in a row, a hundred at once', 'all answered, runs are judged meanwhile', async () => {
    const scrapeAll = async () => {
      for (let round = 0; round < 10; round++) {
        const scrapes = await Promise.all(Array.from({ length: 100 }, () => ask('/metrics', { headers: bearer })));
        expect(new Set(scrapes.map(({ status }) => status))).toEqual(new Set([200]));
      }
    };
    await Promise.all([scrapeAll(), expectStillJudges()]);
    await isAlive();
  });

  attack('the dearest answers, a hundred times each', 'given, runs are judged meanwhile', async () => {
    const paths = [
      '/api/v1/openapi.json',
      '/api/v1/now',
      '/api/v1/runs',
      '/api/v1/health',
      '/api/v1/subscriptions',
      '/api/v1/rules',
    ];
    for (const path of paths) {
      for (let round = 0; round < 5; round++) {
        const answers = await Promise.all(Array.from({ length: 20 }, () => ask(path)));
        expect([path, ...new Set(answers.map(({ status }) => status))]).toEqual([path, 200]);
      }
    }
    await expectStillJudges();
  });
});

describe('pages without number', () => {
  attack(
    '200 that listen to what happens, all at once, and read nothing',
    '64 are let in, the others told so; runs are judged meanwhile; who comes when they have left is let in',
    async () => {
      const answers: number[] = [];
      const sockets: Socket[] = [];
      await new Promise<void>((resolve) => {
        for (let n = 0; n < 200; n++) {
          const asked = `GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`;
          const socket = connect(Number(port), '127.0.0.1', () => socket.write(asked));
          socket.on('error', () => undefined).setEncoding('latin1');
          socket.once('data', (text: string) => {
            socket.pause();
            if (answers.push(Number(text.slice(9, 12))) === 200) resolve();
          });
          sockets.push(socket);
          open.push(socket);
        }
      });
      expect(answers.filter((status) => status === 200)).toHaveLength(64);
      expect(answers.filter((status) => status === 429)).toHaveLength(136);
      await expectStillJudges();
      for (const socket of sockets) socket.destroy();
      await expect
        .poll(async () => {
          const stop = new AbortController();
          const { status } = await fetch(`${target.http}/api/v1/events`, { signal: stop.signal });
          stop.abort();
          return status;
        })
        .toBe(200);
    },
  );
});

describe('acts without the right', () => {
  attack(
    'no token, a wrong one, an empty one, in another scheme, in the address, in a cookie',
    '401, and the mode stays',
    async () => {
      for (const [path, headers] of [
        ['/api/v1/mode', {}],
        ['/api/v1/mode', { authorization: 'Bearer wrong' }],
        ['/api/v1/mode', { authorization: 'Bearer ' }],
        ['/api/v1/mode', { authorization: `Basic ${target.token}` }],
        ['/api/v1/mode', { authorization: `Bearer ${target.token}x` }],
        [`/api/v1/mode?token=${target.token}`, {}],
        ['/api/v1/mode', { cookie: `token=${target.token}`, 'x-forwarded-for': '127.0.0.1' }],
      ] as const) {
        expect((await ask(path, { method: 'POST', headers: { ...json, ...headers }, body: shadow })).status).toBe(401);
      }
      await expectStillJudges();
    },
  );

  attack(
    "another site's page, with the token: its origin, a null origin, a sister site",
    '403, and the mode stays',
    async () => {
      for (const from of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: `http://localhost:${port}` },
      ]) {
        const { status } = await ask('/api/v1/mode', {
          method: 'POST',
          headers: { ...json, ...bearer, ...from },
          body: shadow,
        });
        expect(status).toBe(403);
      }
      await expectStillJudges();
    },
  );

  attack('a form or plain text in the place of JSON, as a page may send without asking first', 'refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const { status } = await ask('/api/v1/mode', {
        method: 'POST',
        headers: { ...bearer, 'content-type': type },
        body: shadow,
      });
      expect(status).toBeGreaterThanOrEqual(400);
    }
    await expectStillJudges();
  });

  attack('a name that another site pointed here reads runs, lines, metrics', '401 without the token', async () => {
    for (const path of ['/api/v1/now', '/api/v1/runs', '/api/v1/subscriptions', '/metrics']) {
      expect((await ask(path, { headers: { host: 'evil.example' } })).status).toBe(401);
    }
  });

  attack(
    'an audit line with line breaks and escapes in who and why',
    'the act is refused or told in one line',
    async () => {
      const body = JSON.stringify({ mode: 'enforce', by: 'nina\n{"level":"info"}\u001b[2J', why: 'x\r\ny' });
      const { status } = await ask('/api/v1/mode', { method: 'POST', headers: { ...bearer, ...json }, body });
      expect([200, 400]).toContain(status);
    },
  );
});
