import type { z } from '@hono/zod-openapi';
import { ActDone } from '../../contracts/api/acts.ts';
import { excerpt } from '../../decode/excerpt.ts';
import { type ApiApp, ApiProblem, mustBeAllowedToAct, posting } from './api-app.ts';
import type { ApiWorld } from './api-world.ts';
import { keepWaiting } from './keep-waiting.ts';

/** What every act says: who acts, and why. */
interface Said {
  readonly by: string;
  readonly why: string;
}

/** An act, as it is asked for and as the audit calls it. */
interface Act<B> {
  readonly path: string;
  readonly summary: string;
  readonly asks: B;
  /** E.g. `mode set`. */
  readonly audit: string;
}

/**
 * Adds a route that changes something: only for those who may, and with a line in the audit, whether it was done or not.
 *
 * @throws (from `carryOut`) {ApiProblem} when it can't be done
 */
export function act<B extends z.ZodType<Said>>(
  app: ApiApp,
  { access, log }: Pick<ApiWorld, 'access' | 'log'>,
  { path, summary, asks, audit }: Act<B>,
  carryOut: (asked: z.output<B>) => Promise<Omit<ActDone, 'schema'>>,
): void {
  // Before the body is read: a client without the right is refused, whatever it sent.
  app.use(path, async (c, next) => {
    if (c.req.method !== 'POST') return next();
    try {
      mustBeAllowedToAct(c, access);
    } catch (error) {
      const refused = error instanceof ApiProblem ? error.code : undefined;
      // Of a guesser who is not heard it was told once.
      if (refused !== 'TOKENS_GUESSED')
        log.warn({ audit, from: c.env.incoming.socket.remoteAddress, refused }, 'an act was refused');
      throw error;
    }
    return next();
  });
  app.openapi(posting<z.ZodType<Said>, typeof ActDone>(path, summary, asks, ActDone), async (c) => {
    keepWaiting(c);
    const asked = c.req.valid('json');
    const { by, why, ...about } = asked;
    const line = {
      audit,
      by: excerpt(by, 64),
      why: excerpt(why, 500),
      from: c.env.incoming.socket.remoteAddress,
      about: excerpt(JSON.stringify(about), 200),
    };
    try {
      const done = await carryOut(asked as z.output<B>);
      log.info(line, 'an act of the page was carried out');
      return c.json({ schema: 'knell.act-done/v1' as const, ...done }, 200);
    } catch (error) {
      log.warn({ ...line, refused: (error as Error).message }, 'an act of the page was not carried out');
      throw error;
    }
  });
}
