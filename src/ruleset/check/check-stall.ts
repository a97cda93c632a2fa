import { durationMs } from '../../contracts/duration.ts';
import type { Stall } from '../../contracts/rule-pack.ts';
import type { Say } from '../findings/report.ts';
import type { SourcePath } from '../findings/rule-source.ts';
import { quote } from '../quote.ts';

/** Checks that silence is always warned about before a run is ended for it. */
export function checkStall(stall: Stall, path: SourcePath, say: Say): void {
  const limits: [SourcePath, { warn: string; abort?: string | undefined }][] = [
    [path, stall],
    ...(stall.open_tool ? [[[...path, 'open_tool'], stall.open_tool] as [SourcePath, Stall]] : []),
    ...(stall.text ? [[[...path, 'text'], stall.text] as [SourcePath, Stall]] : []),
    ...Object.entries(stall.tools ?? {}).map(([name, one]): [SourcePath, Stall] => [[...path, 'tools', name], one]),
  ];
  for (const [at, { warn, abort }] of limits) {
    if (abort === undefined || durationMs(abort) > durationMs(warn)) continue;
    const message = `A silent run would be ended after ${quote(abort)}, before the warning at ${quote(warn)}.`;
    say({ code: 'stall-order', path: [...at, 'abort'], message, hint: 'Let `abort` be longer than `warn`.' });
  }
}
