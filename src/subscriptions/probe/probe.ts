import { redactText } from '../../decode/redact.ts';
import type { HeldCredential, ProbedProvider } from './probe-credential.ts';
import { probeRequest } from './probe-request.ts';
import { type ProbeResult, readProbeAnswer } from './read-probe-answer.ts';

export interface ProbeOptions {
  readonly provider: ProbedProvider;
  readonly credential: HeldCredential;
  /** Where the provider's own base-URL variable may stand. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly model?: string;
  /** How long the provider has for its answer, in milliseconds: well under the minute between two probes. */
  readonly timeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** More of an answer than this is not read. */
const MAX_BODY_CHARS = 65_536;

/**
 * Sends the one minimal request that settles whether a credential works, and reads the answer.
 *
 * @throws {Error} with code `PROVIDER_UNREACHABLE` when no answer came
 */
export async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { provider, credential, env, model, timeoutMs = 20_000, now = Date.now } = options;
  const { url, headers, body } = probeRequest(provider, credential, env, model);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // A redirect could carry the credential to another party.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = (await response.text()).slice(0, MAX_BODY_CHARS);
    const answer = { status: response.status, headers: Object.fromEntries(response.headers), body: text };
    const result = readProbeAnswer(provider, answer, now());
    // A provider that quotes the key back must not get it into the registry.
    return { ...result, reason: redactText(result.reason.replaceAll(credential.token, '[redacted]')) };
  } catch (cause) {
    throw Object.assign(
      new Error(`no answer from ${url.host}: ${cause instanceof Error ? messageOf(cause) : String(cause)}`, { cause }),
      { code: 'PROVIDER_UNREACHABLE' },
    );
  }
}

/** `fetch failed` says nothing; its cause does. */
function messageOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message;
}
