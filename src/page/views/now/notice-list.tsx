import type { Notice } from '../../../contracts/notice.ts';
import { Prose } from '../../parts/text.tsx';
import { When } from '../../parts/when.tsx';

/** What a person is called for, as against what is only worth knowing. */
const ALARMING: ReadonlySet<Notice['kind']> = new Set(['incident', 'budget', 'gap', 'foreign_message']);

export function isAlarming({ kind }: Notice): boolean {
  return ALARMING.has(kind);
}

/** Notices, newest first; those that say the same but for numbers in one row, with how many they are. */
export function NoticeList({ notices }: { notices: readonly Notice[] }) {
  const alike = new Map<string, Notice[]>();
  for (const notice of notices) {
    const key = `${notice.kind} ${notice.message.replaceAll(/\d+/g, '0')}`;
    alike.set(key, [...(alike.get(key) ?? []), notice]);
  }
  return (
    <ul class="notices">
      {[...alike].map(([key, group]) => (
        <Row key={key} notice={group[0] as Notice} count={group.length} />
      ))}
    </ul>
  );
}

function Row({ notice, count }: { notice: Notice; count: number }) {
  const { kind, message, at } = notice;
  const run = runOf(notice);
  return (
    <li class={`notice notice-${kind}`}>
      <span class="notice-kind">{kind.replaceAll('_', ' ')}</span>
      <span class="notice-said">
        <Prose>{message}</Prose>
        {run && (
          <a class="notice-run" href={`/runs/${run}`}>
            {run}
            {count > 1 && ` and ${count - 1} more lately`}
          </a>
        )}
      </span>
      <When at={at} />
    </li>
  );
}

/** The run that a notice is about, where it is about one. */
function runOf({ agent, execution, attempt }: Notice): string | undefined {
  return typeof agent === 'string' && typeof execution === 'string' ? `${agent}.${execution}.${attempt}` : undefined;
}
