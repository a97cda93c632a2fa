import type { JetStreamManager, MsgHdrs, StoredMsg } from 'nats';
import { AbortCommand } from '../contracts/abort-command.ts';
import { parseJson } from '../contracts/parse-json.ts';
import type { Run } from '../contracts/run.ts';
import { STREAMS, type Subjects } from '../contracts/subjects.ts';
import type { TrustedKeys } from '../signing/keys.ts';
import { SIGNATURE_HEADER, verify } from '../signing/signature.ts';
import { nextMessage } from './stored-message.ts';

/** How many messages of a run's abort subject are looked through: there should be one. */
const MOST = 256;

/**
 * knell's own command among the messages of a run's abort subject; undefined when there is none. Where the bus has no
 * permissions any client may have published there before. Ids say nothing: they are made from the run, so a forger knows them.
 *
 * @param trusted the keys knell signs with; without them a command counts that fits the run and was valid when it came
 * @param like the command that would be published now
 */
export async function ownCommand(
  manager: JetStreamManager,
  subjects: Subjects,
  run: Run,
  trusted: TrustedKeys | undefined,
  like?: AbortCommand,
): Promise<StoredMsg | undefined> {
  const subject = subjects.aborts(run);
  for (let seq = 1, seen = 0; seen < MOST; seen++) {
    const message = await nextMessage(manager, STREAMS.aborts, subject, seq);
    if (!message) return undefined;
    seq = message.seq + 1;
    if (trusted && !isSigned(subject, message.data, message.header, trusted)) continue;
    if (isOwn(message, run, trusted !== undefined, like)) return message;
  }
  return undefined;
}

function isOwn(message: StoredMsg, run: Run, signed: boolean, like: AbortCommand | undefined): boolean {
  const command = AbortCommand.safeParse(parseJson(message.data)).data;
  if (!command) return false;
  const { agent, execution, attempt, expires_at } = command;
  const isOfRun = agent === run.agent && execution === run.execution && attempt === run.attempt;
  const cameMs = Math.min(message.time.getTime(), like ? Date.parse(like.issued_at) : Number.POSITIVE_INFINITY);
  return isOfRun && (signed || Date.parse(expires_at) > cameMs);
}

/** Whether one of the keys has signed a message for its subject. */
export function isSigned(subject: string, data: Uint8Array, head: MsgHdrs | undefined, trusted: TrustedKeys): boolean {
  return verify(subject, data, head?.get(SIGNATURE_HEADER), trusted) === 'good';
}
