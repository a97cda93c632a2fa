import { useEffect, useState } from 'preact/hooks';
import type { RunLine, RunLines } from '../../contracts/api/run-report.ts';
import { type ApiFailure, read } from '../api.ts';
import { SpeakerMark } from '../parts/marks.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { Said } from '../parts/text.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';

const PART = 2_000;
const ROW = 24;

interface Read {
  readonly lines: readonly RunLine[];
  readonly total: number;
  readonly cut: boolean;
}

/** All that a run said, with who spoke; it begins at the evidence, where there is some. */
export function RunLinesPanel({ run, version }: { run: string; version: number }) {
  const [known, setKnown] = useState<Read>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [chosen, setChosen] = useState<RunLine>();
  // When something happened to the run, it may have said more.
  useEffect(() => {
    const stop = new AbortController();
    void (async () => {
      const lines: RunLine[] = [];
      for (let from: number | null = 0; from !== null; ) {
        const part: RunLines = await read<RunLines>(
          `/runs/${encodeURIComponent(run)}/lines?from=${from}&limit=${PART}`,
          stop.signal,
        );
        lines.push(...part.lines);
        setKnown({ lines: [...lines], total: part.total, cut: part.cut });
        from = part.next;
      }
    })().catch((error: ApiFailure) => {
      if (!stop.signal.aborted) setFailure(error);
    });
    return () => stop.abort();
  }, [run, version]);
  const first = known?.lines.findIndex((line) => line.is_evidence) ?? -1;
  const count = known?.lines.length ?? 0;
  return (
    <Panel
      title="Output"
      class="output"
      aside={
        <span class="dim">{known ? `${known.total} lines${known.cut ? ', the first that are held' : ''}` : ''}</span>
      }
    >
      {failure && <Failure failure={failure} />}
      {!known && !failure && (
        <div class="loading" role="status">
          Loading …
        </div>
      )}
      {known && count === 0 && (
        <Empty title="No output of this run is held any more.">
          The log stream keeps a day, unless it is configured otherwise.
        </Empty>
      )}
      {known && count > 0 && (
        <VirtualList
          class="lines"
          count={count}
          rowHeight={ROW}
          height={count * ROW + 2}
          label="Output"
          {...(first >= 0 && { startAt: first })}
          keyOf={String}
          onOpen={(index) => setChosen(known.lines[index])}
          row={(index) => {
            const line = known.lines[index] as RunLine;
            return (
              <button
                type="button"
                tabIndex={-1}
                role="gridcell"
                class={`log-line ${line.stream} ${line.is_evidence ? 'is-evidence' : ''} ${line.claims_error ? 'claims-error' : ''}`}
                onClick={() => setChosen(line)}
              >
                <span class="log-n">{line.n + 1}</span>
                <SpeakerMark speaker={line.speaker} />
                {line.is_evidence && <span class="hidden">evidence</span>}
                <span class="log-text">
                  <Said>{line.text}</Said>
                </span>
              </button>
            );
          }}
        />
      )}
      {chosen && (
        <div class="chosen-line">
          <p class="dim">
            Line {chosen.n + 1} on {chosen.stream}, event {chosen.event}, {chosen.chars} characters
            {chosen.chars > chosen.text.length && ', cut'}
            <button type="button" class="quiet" onClick={() => setChosen(undefined)} aria-label="Close">
              ✕
            </button>
          </p>
          <pre>
            <Said>{chosen.text}</Said>
          </pre>
        </div>
      )}
    </Panel>
  );
}
