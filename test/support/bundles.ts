import type { NatsConnection } from 'nats';
import { type Archive, archiveOf } from '../../src/bundles/archive.ts';
import { type LoadedBundle, loadBundle } from '../../src/bundles/load-bundle.ts';
import { movePointer, type PointerMove } from '../../src/bundles/pointer.ts';
import type { RulesPointer } from '../../src/contracts/rules-pointer.ts';
import { RUNTIME_FACTS } from '../../src/ruleset/load/runtime-facts.ts';
import type { SigningKey } from '../../src/signing/keys.ts';
import { packText, type SomeRules } from './rule-files.ts';

export const LOAD = { ...RUNTIME_FACTS, engine: '1.2.3' };

/** A bundle of one small pack. */
export function bundleWith(rules: SomeRules = {}, engine = '0.1.0'): Archive {
  return archiveOf({ schema: 'knell.bundle/v1', engine, files: { 'acme.yaml': packText(rules) }, scores: [] });
}

/** @throws where the bundle is refused */
export function loaded({ bytes, digest }: Archive): LoadedBundle {
  const opened = loadBundle(bytes, digest, LOAD);
  if ('refusals' in opened) throw new Error(JSON.stringify(opened.refusals));
  return opened.loaded;
}

/** A pointer for tests that are about something else. */
export function pointerTo(
  digest: string | undefined,
  over: Partial<PointerMove> = {},
  serial = 1,
  key?: SigningKey,
): RulesPointer {
  const move: PointerMove = {
    name: 'active',
    action: 'publish',
    ...(digest !== undefined && { digest }),
    by: 'pat',
    at: '2026-11-22T12:00:00.000Z',
    why: 'a test',
    ...over,
  };
  return movePointer(move, { serial: serial - 1 }, key);
}

/** Forgets all that was published on a server. */
export async function forgetPublished(connection: NatsConnection): Promise<void> {
  const manager = await connection.jetstreamManager();
  for (const stream of ['KV_knell_rules', 'OBJ_knell_bundles', 'KV_knell_worker_rules']) {
    await manager.streams.delete(stream).catch(() => undefined);
  }
}
