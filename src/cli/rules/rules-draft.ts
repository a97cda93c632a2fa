import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { Command } from 'commander';
import { draftRule } from '../../authoring/draft-rule.ts';
import { type DraftSource, readDraftSource } from '../../authoring/draft-source.ts';
import { findDriftNotice } from '../../nats/notice-history.ts';
import { UsageError } from '../../service/config.ts';
import { natsOption } from '../nats-option.ts';
import { withNats } from '../with-nats.ts';

interface DraftOptions {
  readonly from?: string;
  readonly nats?: string;
}

/** `knell rules draft`: a rule to complete, from a failure that no rule knows. */
export function rulesDraftCommand(): Command {
  return new Command('draft')
    .description('write a rule skeleton from a failure that no rule knows')
    .argument('[fingerprint]', 'of the drift notice; looked up in the notices on the NATS server')
    .option('--from <file>', 'a drift notice or an unknown.unmatched failure record as JSON; - for standard input')
    .addOption(natsOption())
    .addHelpText(
      'after',
      `
What only a person can know is marked DECIDE: in the draft. It never aborts before a person says so.

Examples:
  knell rules draft 3f8a1c2b9d4e5f60 > rules/draft-3f8a1c2b9d4e5f60.yaml
  knell rules draft --from record.json`,
    )
    .action(async (fingerprint: string | undefined, { from, nats }: DraftOptions) => {
      if ((fingerprint === undefined) === (from === undefined)) {
        throw new UsageError('draft from what? Give a fingerprint, or --from FILE');
      }
      const source = from === undefined ? await sourceOf(fingerprint as string, nats) : await sourceIn(from);
      process.stdout.write(draftRule(source));
    });
}

async function sourceOf(fingerprint: string, nats: string | undefined): Promise<DraftSource> {
  const notice = await withNats(nats, async (connection, subjects) =>
    findDriftNotice(await connection.jetstreamManager(), subjects, fingerprint),
  );
  const source = readDraftSource(notice);
  if (source) return source;
  throw new UsageError(`there is no drift notice ${fingerprint}: it is misspelt, or too old to be kept`);
}

async function sourceIn(file: string): Promise<DraftSource> {
  const text = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
  const source = readDraftSource(value);
  if (source) return source;
  throw new UsageError(`${file} is neither a drift notice nor a failure record of category unknown.unmatched`);
}
