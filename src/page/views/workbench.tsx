import { useEffect, useState } from 'preact/hooks';
import type { Draft } from '../../contracts/api/drift.ts';
import type { RunLines } from '../../contracts/api/run-report.ts';
import type { RuleWords, WorkbenchRequest, WorkbenchResult } from '../../contracts/api/workbench.ts';
import { type ApiFailure, post, read } from '../api.ts';
import { useLoaded } from '../load.ts';
import { ActDialog } from '../parts/act-dialog.tsx';
import { Copy } from '../parts/copy.tsx';
import { Panel } from '../parts/panel.tsx';
import { Failure } from '../parts/states.tsx';
import { YamlEditor } from '../parts/yaml-editor.tsx';
import { BenchResult } from './workbench/bench-result.tsx';
import { FileChoice } from './workbench/file-choice.tsx';
import { FindingList } from './workbench/finding-list.tsx';
import { LOG_MAX, LogField } from './workbench/log-field.tsx';

/** How long nothing must be typed before it is tried, in milliseconds. */
const TYPED_MS = 400;

const SKELETON = `schema: knell.rules/v1
pack: mine
version: 1.0.0
runtime: any
causes:
  - id: my-cause
    title: What happened
    category: config.invalid
    action: record
    any:
      - message: 'words of the failure'
    examples:
      match: []
      ignore: []
`;

/** A log and a rules file side by side: what each line becomes, with the engine that the service runs. */
export function WorkbenchView({ query }: { query: Readonly<Record<string, string>> }) {
  const [log, setLog] = useState('');
  const [runtime, setRuntime] = useState('');
  const [stream, setStream] = useState<'stdout' | 'stderr'>('stdout');
  const [isEditing, setEditing] = useState(false);
  const [name, setName] = useState('mine.yaml');
  const [yaml, setYaml] = useState(SKELETON);
  const [result, setResult] = useState<WorkbenchResult>();
  const [failure, setFailure] = useState<ApiFailure>();
  const [isTrying, setTrying] = useState(false);
  const [isPublishing, setPublishing] = useState(false);
  const { value: words } = useLoaded<RuleWords>('/workbench/words');

  useEffect(() => {
    const { draft, run } = query;
    if (!draft) return undefined;
    const stop = new AbortController();
    void (async () => {
      const drafted = await read<Draft>(`/drift/${encodeURIComponent(draft)}/draft`, stop.signal);
      setName(drafted.file);
      setYaml(drafted.yaml);
      setEditing(true);
      setRuntime(drafted.runtime);
      const said =
        run &&
        (await read<RunLines>(`/runs/${encodeURIComponent(run)}/lines?limit=2000`, stop.signal).catch(() => undefined));
      setLog(said && said.lines.length > 0 ? said.lines.map(({ text }) => text).join('\n') : drafted.log);
    })().catch((error: ApiFailure) => {
      if (!stop.signal.aborted) setFailure(error);
    });
    return () => stop.abort();
  }, [query]);

  const request = (examples: boolean): WorkbenchRequest => ({
    log: log.slice(0, LOG_MAX),
    stream,
    ...(runtime && { runtime }),
    ...(isEditing && { file: { name, yaml } }),
    examples,
  });
  const tryNow = async (examples: boolean, signal?: AbortSignal): Promise<void> => {
    setTrying(true);
    try {
      setResult(await post<WorkbenchResult>('/workbench', request(examples), signal));
      setFailure(undefined);
    } catch (error) {
      if (!signal?.aborted) setFailure(error as ApiFailure);
    } finally {
      if (!signal?.aborted) setTrying(false);
    }
  };
  // What is tried is all of these.
  useEffect(() => {
    if (log === '' && !isEditing) {
      setResult(undefined);
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => void tryNow(false, stop.signal), TYPED_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [log, runtime, stream, isEditing, name, yaml]);

  const findings = isEditing ? (result?.findings ?? []) : [];
  const undecided = yaml.split('# DECIDE').length - 1;
  const hasErrors = findings.some(({ level }) => level === 'error');
  return (
    <div class="workbench">
      <div class="runs-head">
        <h1>Workbench</h1>
        <p class="dim lead">Nothing here is stored, and nothing is ended by it.</p>
      </div>
      <div class={isEditing ? 'bench bench-two' : 'bench'}>
        <Panel
          title="Log"
          aside={
            <div class="bench-options">
              <select aria-label="Runtime" value={runtime} onChange={(event) => setRuntime(event.currentTarget.value)}>
                <option value="">recognise the runtime</option>
                {words?.runtimes.map((one) => (
                  <option key={one} value={one}>
                    {one}
                  </option>
                ))}
              </select>
              <select
                aria-label="Stream"
                value={stream}
                onChange={(event) => setStream(event.currentTarget.value as typeof stream)}
              >
                <option value="stdout">stdout</option>
                <option value="stderr">stderr</option>
              </select>
            </div>
          }
        >
          <LogField value={log} onChange={setLog} />
        </Panel>
        {isEditing ? (
          <Panel
            title="Rules file"
            aside={
              <div class="bench-options">
                <FileChoice name={name} words={words} onName={setName} onFile={setYaml} />
                <button type="button" class="quiet" onClick={() => setEditing(false)} aria-label="Close the rules file">
                  ✕
                </button>
              </div>
            }
          >
            <YamlEditor value={yaml} findings={findings} words={words} onChange={setYaml} />
            <div class="buttons">
              <Copy text={yaml} />
              <button type="button" onClick={() => void tryNow(true)} disabled={isTrying || hasErrors}>
                Run its examples
              </button>
              <button type="button" class="primary" onClick={() => setPublishing(true)} disabled={hasErrors}>
                Publish as candidate …
              </button>
            </div>
            {result?.examples !== null && result?.examples !== undefined && (
              <p class={findings.length === 0 ? 'tone-text-good' : ''} role="status">
                {findings.length === 0
                  ? `✓ ${result.examples} examples hold.`
                  : `${result.examples} examples were run.`}
              </p>
            )}
            {undecided > 0 && (
              <p class="dim">
                {undecided} {undecided === 1 ? 'line asks' : 'lines ask'} you to decide: look for <code># DECIDE</code>.
              </p>
            )}
            {findings.length > 0 && <FindingList findings={findings} />}
          </Panel>
        ) : (
          <button type="button" class="open-editor" onClick={() => setEditing(true)}>
            Edit a cause or statement beside it
          </button>
        )}
      </div>
      {failure && <Failure failure={failure} />}
      {result && <BenchResult result={result} isTrying={isTrying} />}
      {isPublishing && (
        <ActDialog
          title={`Publish the rules in force with ${name} as the candidate`}
          path="/rules/candidate"
          body={{ file: { name, yaml } }}
          confirm="Publish as candidate"
          onClose={() => setPublishing(false)}
        >
          <p>
            Workers go on with what is active. What the candidate would have done stands on <a href="/rules">Rules</a>,
            where it can be made active.
          </p>
        </ActDialog>
      )}
    </div>
  );
}
