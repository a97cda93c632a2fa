import type { NatsConnection, ServiceMsg } from 'nats';
import type { PreflightReply } from '../contracts/preflight.ts';
import type { Subjects, SubscriptionVerb } from '../contracts/subjects.ts';
import type { ApiError } from '../contracts/subscription-api.ts';

/** What the service answers with; neither function may throw. */
export interface SubscriptionHandlers {
  preflight(data: Uint8Array): Promise<PreflightReply>;
  api(verb: SubscriptionVerb, data: Uint8Array): Promise<{ readonly schema: string } | ApiError>;
}

export interface SubscriptionServiceOptions {
  readonly connection: NatsConnection;
  readonly subjects: Subjects;
  /** knell's own version, shown to clients that discover the service. */
  readonly version: string;
  readonly handlers: SubscriptionHandlers;
}

/** Services with this queue share the requests. */
const QUEUE = 'knell';

const ERROR_STATUS: Readonly<Record<ApiError['code'], number>> = { BAD_REQUEST: 400, NOT_FOUND: 404, UNAVAILABLE: 503 };

/**
 * Serves preflight and the registry as a NATS service named `knell`: `nats micro list` and `$SRV.INFO.knell` show it,
 * with its endpoints and their statistics. Any number of them share the requests.
 */
export async function startSubscriptionService(
  options: SubscriptionServiceOptions,
): Promise<{ stop(): Promise<void> }> {
  const { connection, subjects, version, handlers } = options;
  const service = await connection.services.add({
    name: 'knell',
    version,
    description: 'Is this subscription good, until when, and who uses it?',
    queue: QUEUE,
  });
  service.addEndpoint('preflight', {
    subject: subjects.preflightCheck,
    metadata: { request: 'preflight-request', reply: 'preflight' },
    handler: (error, message) => {
      if (error) return;
      void handlers.preflight(message.data).then((reply) => message.respond(JSON.stringify(reply)));
    },
  });
  for (const verb of ['list', 'set', 'remove'] as const) {
    service.addEndpoint(`subscriptions-${verb}`, {
      subject: subjects.subscriptions(verb),
      metadata: {
        request: `subscriptions-${verb}`,
        reply: verb === 'list' ? 'subscriptions-page' : 'subscription-changed',
      },
      handler: (error, message) => {
        if (error) return;
        void handlers.api(verb, message.data).then((answer) => respond(message, answer));
      },
    });
  }
  return {
    async stop() {
      await service.stop();
    },
  };
}

function respond(message: ServiceMsg, answer: { readonly schema: string } | ApiError): void {
  const body = JSON.stringify(answer);
  if ('code' in answer) message.respondError(ERROR_STATUS[answer.code], answer.message, Buffer.from(body));
  else message.respond(body);
}
