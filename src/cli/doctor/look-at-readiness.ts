import { readHttpAddress } from '../../service/config.ts';
import { type Check, failed, ok } from './check.ts';

/** How long a worker has to answer, in milliseconds. */
const ANSWER_MS = 3_000;

/** What a worker's `/readyz` says. */
export async function lookAtReadiness(http: string): Promise<readonly Check[]> {
  const { host, port } = readHttpAddress(http);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/readyz`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const said = (await answer.text()).trim().slice(0, 300);
    return [answer.ok ? ok('readiness', `${url} says ${said}`) : failed('readiness', `${url} says: ${said}`)];
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    const why = code ?? (error as Error).message;
    return [
      failed('readiness', `${url} does not answer (${why}): start the worker with --http ${http}, or look at its log`),
    ];
  }
}
