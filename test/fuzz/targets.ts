import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { Registry } from 'prom-client';
import { CARRIERS } from '../../src/decode/carriers/carriers.ts';
import { createUnwrapper } from '../../src/decode/carriers/unwrapper.ts';
import { decodePayload } from '../../src/decode/codecs.ts';
import { allDecoders } from '../../src/decode/decoders.ts';
import { shapeLine } from '../../src/decode/text/line-shape.ts';
import { readTextFailure } from '../../src/decode/text/text-failures.ts';
import { createLogReader } from '../../src/decode/whole-log/log-reader.ts';
import { createApiApp } from '../../src/http/api/api-app.ts';
import type { ApiWorld } from '../../src/http/api/api-world.ts';
import { addRuns } from '../../src/http/api/runs.ts';
import type { FleetView } from '../../src/http/fleet/fleet-view.ts';
import { startRunIndex } from '../../src/http/fleet/run-index.ts';
import { createHttpApp } from '../../src/http/http-app.ts';
import { createTokenGuard } from '../../src/http/token-guard.ts';
import { createMemoryLog } from '../../src/memory/memory-log.ts';
import { createMemoryRunStore } from '../../src/memory/memory-run-store.ts';
import { checkPacks } from '../../src/ruleset/check/check-pack.ts';
import { compileRules } from '../../src/ruleset/compile-rules.ts';
import { hasErrors } from '../../src/ruleset/findings/finding.ts';
import { readOverrides, readPack } from '../../src/ruleset/load/read-pack.ts';

/*
 * What reads input that strangers write, each as a function of bytes that throws where a promise is broken. The fuzzer
 * looks for such bytes; `targets.test.ts` tries bytes by chance, and those that were found. README.md says how.
 */

type Target = (bytes: Buffer) => void | Promise<void>;

const CODECS = [undefined, 'lines', 'ndjson', 'fluent-bit', 'docker', 'cri', 'vector', 'otlp'];
const SUBJECT = 'knell.logs.a.e.1.stdout';

/** A payload is rows or a reason; a row is one line, and its time, if it says one, can be a time. */
export const codecs: Target = (bytes) => {
  const codec = CODECS[(bytes[0] ?? 0) % CODECS.length];
  const payload = bytes.subarray(1);
  for (const options of [{ codec }, { subject: SUBJECT }, { unlabelled: 'auto' as const }]) {
    const read = decodePayload(payload, options);
    if (!read.ok) {
      assert.ok(read.reason.length > 0);
      continue;
    }
    for (const { raw, timeMs } of read.rows) {
      assert.ok(!raw.includes(0x0a), 'a row has a line break');
      assert.ok(timeMs === undefined || !Number.isNaN(new Date(timeMs).getTime()), 'a time is none');
    }
  }
  const lines = decodePayload(payload, { codec: 'lines' });
  assert.ok(lines.ok);
  const printed = Buffer.concat(lines.rows.flatMap(({ raw }) => [raw, Buffer.from('\n')]));
  assert.ok(printed.equals(payload) || printed.subarray(0, -1).equals(payload), 'plain lines were changed');
};

/** A stored log is read alike however its bytes arrive, and carriers open a line or leave it alone. */
export const unwrap: Target = (bytes) => {
  const stored = bytes.subarray(1);
  const cut = Math.floor(((bytes[0] ?? 0) / 256) * stored.length);
  const read = (parts: readonly Buffer[]): string => {
    const reader = createLogReader({ stream: 'stdout' });
    const chunks = [...parts.flatMap((part) => reader.push(part)), ...reader.end()];
    const { runtime, format, encoding, lines, notUnderstood } = reader.reading();
    const of = (name: string) => Buffer.concat(chunks.flatMap(({ stream, data }) => (stream === name ? [data] : [])));
    return JSON.stringify([runtime, format, encoding, lines, notUnderstood, `${of('stdout')}`, `${of('stderr')}`]);
  };
  assert.equal(read([stored.subarray(0, cut), stored.subarray(cut)]), read([stored]), 'it matters how it arrives');
  for (const carrier of CARRIERS) {
    const unwrapper = createUnwrapper([carrier]);
    for (const { raw, timeMs } of [...unwrapper.push(stored), ...unwrapper.end()]) {
      assert.ok(Buffer.isBuffer(raw));
      assert.ok(timeMs === undefined || !Number.isNaN(new Date(timeMs).getTime()), `a time of ${carrier.name} is none`);
    }
  }
};

/** Each decoder makes an event of any line, the same one each time. */
export const decoders: Target = (bytes) => {
  const text = bytes.toString('utf8');
  for (const decoder of allDecoders()) {
    for (const stream of ['stdout', 'stderr'] as const) {
      decoder.recognises(stream, text);
      const opens = decoder.opensRun(stream, text);
      for (const format of ['structured', 'text'] as const) {
        const line = { stream, number: 0, raw: bytes };
        const event = decoder.decode(line, format);
        assert.ok(event.name.length > 0);
        assert.deepEqual(decoder.decode(line, format), event);
        assert.ok(!(opens && format === 'structured' && event.claimsError), 'what claims a failure opens a run');
      }
    }
  }
};

const SOURCES = [
  { name: 'codex', isAgent: true, hasAnswers: true, isClientOnly: false },
  { name: 'codex', isAgent: true, hasAnswers: false, isClientOnly: true },
  { name: 'host', isAgent: false, hasAnswers: false, isClientOnly: false },
].map((source) => ({ ...source, known: () => undefined }));

/** What a line of text states stands at that line, in lines that there are. */
export const statements: Target = (bytes) => {
  const shapes = bytes.toString('utf8').split('\n').slice(0, 40).map(shapeLine);
  for (const source of SOURCES) {
    for (const at of shapes.keys()) {
      const found = readTextFailure(shapes, at, source);
      if (!found) continue;
      assert.ok(
        found.first >= 0 && found.first <= found.last && found.last < shapes.length,
        'lines that are not there',
      );
      const { status } = found.failure;
      assert.ok(status === undefined || Number.isInteger(status), 'a status that is no number');
    }
  }
};

/** A rules file has findings, or can be compiled and tried. */
export const rules: Target = (bytes) => {
  readOverrides('overrides.yaml', bytes);
  const { pack, source, findings } = readPack('rules/test.yaml', bytes);
  if (!pack) {
    assert.ok(hasErrors(findings), 'refused without a reason');
    return;
  }
  const checked = checkPacks([{ pack, source }]);
  for (const { line, column } of checked) assert.ok(line > 0 && column > 0);
  if (!hasErrors(checked)) compileRules([pack]);
};

const failed: unknown[] = [];
const http = startHttp();

async function startHttp() {
  const [store, history] = [createMemoryRunStore(), createMemoryLog()];
  const index = await startRunIndex(store);
  const log = { warn: (about: object) => void failed.push((about as { err?: unknown }).err) };
  const tokens = createTokenGuard('correct-horse');
  const api = createApiApp({ tokens, isLoopback: true, readsOpen: true }, log);
  // Of the world, the runs are all that these addresses ask for.
  const world = { store, history, rules: () => compileRules([]), clock: { now: () => 0 } } as unknown as ApiWorld;
  addRuns(api, world, { runs: async () => index } as unknown as FleetView);
  return createHttpApp({
    registry: new Registry(),
    readiness: () => undefined,
    tokens,
    api: () => Promise.resolve(api),
    page: '/nonexistent',
    onError: (error) => void failed.push(error),
  });
}

const METHODS = ['GET', 'POST', 'HEAD', 'DELETE'];
const BELOW = ['', '/', '/api/v1/runs', '/api/v1/runs/', '/api/v1/runs?', '/runs/', '/assets/'];

/** Whatever address is asked for, the answer is one that is meant, and nothing fails inside. */
export const addresses: Target = async (bytes) => {
  const [way = 0, below = 0] = bytes;
  const path = `${BELOW[below % BELOW.length]}${bytes.subarray(2).toString('latin1')}`;
  let request: Request;
  try {
    request = new Request(new URL(`http://127.0.0.1${path}`), { method: METHODS[way % METHODS.length] as string });
  } catch {
    return;
  }
  const { status } = await (await http).fetch(request, { incoming: { socket: new Socket() } } as never);
  assert.deepEqual(failed.splice(0), [], `${request.url} failed inside`);
  assert.ok([200, 400, 401, 403, 404].includes(status), `${request.url} is answered by ${status}`);
};
