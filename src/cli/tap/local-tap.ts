import { DEFAULT_POLICY } from '../../classify/policy.ts';
import type { GoesOn, StreamFormat } from '../../contracts/log-headers.ts';
import type { Run } from '../../contracts/run.ts';
import { startLocalLink } from '../../memory/tap-link.ts';
import { readTapEnvironment } from '../../service/config.ts';
import { createAwakeClock } from '../../tap/awake-clock.ts';
import { workingProcess } from '../../tap/process/working-process.ts';
import type { TapOptions } from '../../tap/run-tap.ts';
import { rulesFrom } from '../load-packs.ts';
import { coloursFor } from '../terminal/colour.ts';
import { closingWords, remarkOn, suspectedWords } from './local-messages.ts';
import { openReportFile } from './report-file.ts';

export interface LocalTapOptions {
  readonly run: Run;
  readonly runtime?: string;
  readonly format?: StreamFormat;
  readonly goesOn?: GoesOn;
  readonly subscription?: string;
  readonly obey: boolean;
  /** The rules folder; left out: the usual one. */
  readonly rules?: string;
  /** Where each abort command, failure record and notice goes as a row of JSON. */
  readonly report?: string;
}

/**
 * What `knell tap --local` runs an agent with: knell itself in this process, telling what it finds on standard error.
 * Without `obey` it is in shadow mode, so nothing can be done to the agent.
 *
 * @throws {Error} when the rules or the report file can't be used; the message is for the user
 */
export async function prepareLocalTap(
  options: LocalTapOptions,
): Promise<Pick<TapOptions, 'link' | 'clock' | 'onStderrReady'>> {
  const { run, runtime, format, goesOn, subscription, obey } = options;
  const mode = obey ? 'enforce' : 'shadow';
  // An agent on this machine means this machine's time when it says "resets 3pm".
  const zone = readTapEnvironment(process.env).KNELL_ZONE ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const rules = await rulesFrom(options.rules);
  const report = options.report === undefined ? undefined : openReportFile(options.report);
  const colours = coloursFor(process.stderr);
  const clock = createAwakeClock();
  const shown = new Set<string>();
  let told = 0;
  let say: (line: string) => void = () => undefined;

  const link = await startLocalLink({
    run,
    ...(runtime === undefined ? {} : { runtime }),
    ...(format === undefined ? {} : { format }),
    ...(goesOn === undefined ? {} : { goesOn }),
    ...(subscription === undefined ? {} : { subscription }),
    rules,
    policy: { ...DEFAULT_POLICY, mode, zone },
    clock,
    onMessage(message) {
      report?.add(message);
      // A later version of a record is news for the report only.
      if (message.schema === 'knell.failure/v1') {
        if (shown.has(message.record_id)) return;
        shown.add(message.record_id);
      }
      const remark = remarkOn(message, colours);
      if (remark === undefined) return;
      told += 1;
      say(remark);
    },
    onSuspected(state) {
      const worker = state.pid === undefined ? undefined : workingProcess(state.pid);
      const words = suspectedWords(state, worker, obey, colours);
      if (words !== undefined) say(words);
    },
    onEnd(end) {
      const words = closingWords(end, told, colours);
      if (words !== undefined) say(words);
      if (report?.problem !== undefined) say(`knell: the report is not complete: ${report.problem}`);
      report?.close();
      clock.stop();
    },
  });
  return {
    link,
    clock,
    onStderrReady(voice) {
      say = voice;
    },
  };
}
