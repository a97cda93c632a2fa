import type { NatsConnection } from 'nats';
import { connectWith } from '../login/connect.ts';
import { type Login, LoginUnusable } from '../login/login.ts';
import { readLogin } from '../login/read-login.ts';

/** A backend's connection: by an address alone, or by a login. @throws {Error} with a code and the cause as its message */
export async function connectAs(name: string, nats: string | Login): Promise<NatsConnection> {
  const login = typeof nats === 'string' ? readLogin(nats, {}) : nats;
  if (!login) throw new LoginUnusable('no NATS server is named');
  return connectWith(login, { name, maxReconnectAttempts: -1, ignoreAuthErrorAbort: true });
}
