import type { Frame } from './nats-frames.ts';
import type { ProxyHooks } from './nats-proxy.ts';

const DIRECT_GET = '$JS.API.DIRECT.GET.';
const NOT_FOUND = Buffer.from('NATS/1.0 404 Message Not Found\r\n\r\n');

/**
 * What a client sees whose direct gets are answered by a replica that is behind: messages that were stored less than
 * `behindMs` ago are not there. All else passes unchanged, so a read that asks the leader sees everything.
 */
export function lateReplica(behindMs: number, onDirectGet: () => void = () => undefined): ProxyHooks {
  const asked = new Map<string, string>();
  return {
    fromClient(frame, way) {
      const [subject, reply] = frame.words;
      if (subject?.startsWith(DIRECT_GET) && reply !== undefined && frame.words.length > 2) {
        asked.set(reply, subject);
        onDirectGet();
      }
      way.onward(frame);
    },
    fromServer(frame, way) {
      const [subject] = frame.words;
      const isAnswer = subject !== undefined && asked.delete(subject);
      way.onward(isAnswer && isYounger(frame, behindMs) ? notFound(frame) : frame);
    },
  };
}

function isYounger({ body }: Frame, behindMs: number): boolean {
  const stored = /Nats-Time-Stamp: (\S+)/i.exec(body?.toString('latin1') ?? '')?.[1];
  return stored !== undefined && Date.now() - Date.parse(stored) < behindMs;
}

function notFound({ words: [subject = '', sid = ''] }: Frame): Frame {
  const size = String(NOT_FOUND.length);
  return { verb: 'HMSG', words: [subject, sid, size, size], body: NOT_FOUND };
}
