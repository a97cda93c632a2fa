import { useEffect, useRef, useState } from 'preact/hooks';
import type { Draft } from '../../contracts/api/drift.ts';
import type { RunLines } from '../../contracts/api/run-report.ts';
import type { RuleWords, WorkbenchLine, WorkbenchRequest, WorkbenchResult } from '../../contracts/api/workbench.ts';
import { type ApiFailure, post, read } from '../api.ts';
import { useLoaded } from '../load.ts';
import { ActDialog } from '../parts/act-dialog.tsx';
import { SpeakerMark } from '../parts/marks.tsx';
import { Panel } from '../parts/panel.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { Said } from '../parts/text.tsx';
import { YamlEditor } from '../parts/yaml-editor.tsx';
import { Copy } from './run.tsx';

/** How long nothing must be typed before it is tried, in milliseconds. */
const TYPED_MS = 400;
const LOG_MAX = 1_000_000;

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
                <option value="">runtime: recognised from the lines</option>
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
            {findings.length > 0 && (
              <ul class="findings" aria-label="Findings">
                {findings.map(({ level, code, line, column, message, hint }) => (
                  <li
                    key={`${code}${line}${column}${message}`}
                    class={`tone-text-${level === 'error' ? 'bad' : 'warn'}`}
                  >
                    <span aria-hidden="true">{level === 'error' ? '✕' : '◐'}</span> {line}:{column}{' '}
                    <Said>{message}</Said>{' '}
                    <span class="dim">
                      <Said>{hint}</Said>
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        ) : (
          <button type="button" class="open-editor" onClick={() => setEditing(true)}>
            Edit a cause or statement beside it
          </button>
        )}
      </div>
      {failure && <Failure failure={failure} />}
      {result && <Result result={result} isTrying={isTrying} />}
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

function LogField({ value, onChange }: { value: string; onChange: (log: string) => void }) {
  const [isOver, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (dropped: File | undefined): Promise<void> => {
    if (dropped) onChange((await dropped.slice(0, LOG_MAX).text()).slice(0, LOG_MAX));
  };
  return (
    <div
      class={isOver ? 'log-field over' : 'log-field'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <textarea
        aria-label="Log"
        value={value}
        spellcheck={false}
        wrap="off"
        placeholder="Paste a log here, or drop a file: as the agent printed it, or as docker, Kubernetes, a CI runner, syslog, Vector or Fluent Bit stored it."
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <input
        ref={file}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label="Log file"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
      <div class="buttons">
        <button type="button" onClick={() => file.current?.click()}>
          Choose a file …
        </button>
        {value !== '' && (
          <button type="button" class="quiet" onClick={() => onChange('')}>
            Clear
          </button>
        )}
      </div>
    </div>
  );
}

function FileChoice({
  name,
  words,
  onName,
  onFile,
}: {
  name: string;
  words: RuleWords | undefined;
  onName: (name: string) => void;
  onFile: (yaml: string) => void;
}) {
  const open = async (chosen: string): Promise<void> => {
    onName(chosen);
    const { yaml } = await read<{ yaml: string }>(`/workbench/file?name=${encodeURIComponent(chosen)}`);
    onFile(yaml);
  };
  return (
    <>
      <select aria-label="Open a file in force" value="" onChange={(event) => void open(event.currentTarget.value)}>
        <option value="">open …</option>
        {words?.files.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <input aria-label="File name" value={name} onInput={(event) => onName(event.currentTarget.value)} size={18} />
    </>
  );
}

function Result({ result, isTrying }: { result: WorkbenchResult; isTrying: boolean }) {
  const { verdict, lines, read_as, left_out, ending, took_ms } = result;
  const [all, setAll] = useState(false);
  const telling = lines.filter(
    (line) => line.decisions.length > 0 || line.claims_error || line.rules.some(({ outcome }) => outcome !== 'no'),
  );
  const shown = all || telling.length === 0 ? lines : telling;
  if (lines.length === 0) return null;
  const tone = verdict.abort ? 'bad' : verdict.category ? 'warn' : 'good';
  return (
    <Panel title="What it becomes" aside={<span class="dim">{isTrying ? 'trying …' : `${took_ms} ms`}</span>}>
      <p class={`verdict-strip tone-edge-${tone}`} role="status">
        <strong>
          {verdict.abort ? 'The run would be ended' : verdict.category ? 'It would be recorded' : 'The run goes on'}
        </strong>
        {verdict.category && (
          <>
            : <span class="category">{verdict.category}</span> by <span class="mono">{verdict.rule}</span>
          </>
        )}{' '}
        <span class="dim">
          <Said>{verdict.message}</Said>
        </span>
      </p>
      <p class="dim">
        <Said>{read_as}</Said>
        {left_out > 0 && `; ${left_out} further lines are left out`}
        {telling.length > 0 && telling.length < lines.length && (
          <button type="button" class="link" onClick={() => setAll(!all)}>
            {all ? `show only the ${telling.length} telling lines` : `show all ${lines.length} lines`}
          </button>
        )}
      </p>
      {shown.length === 0 ? (
        <Empty title="No line." />
      ) : (
        <ol class="bench-lines">
          {shown.slice(0, 500).map((line) => (
            <Line key={`${line.stream}${line.number}`} line={line} />
          ))}
        </ol>
      )}
      {ending.length > 0 && (
        <div class="ending">
          <p class="dim">at its end</p>
          {ending.map((text) => (
            <p key={text} class="decision">
              → <Said>{text}</Said>
            </p>
          ))}
        </div>
      )}
    </Panel>
  );
}

function RuleSaid({ said: { rule, outcome, because } }: { said: WorkbenchLine['rules'][number] }) {
  return (
    <p class="rule-said">
      <strong>{rule}</strong> <Said>{`${outcome === 'no' ? '' : `${outcome}: `}${because}`}</Said>
    </p>
  );
}

function Line({ line }: { line: WorkbenchLine }) {
  const hits = line.rules.filter(({ outcome }) => outcome !== 'no');
  const misses = line.rules.filter(({ outcome }) => outcome === 'no');
  return (
    <li class={line.decisions.length > 0 ? 'bench-line telling' : 'bench-line'}>
      <div class="bench-said">
        <span class="log-n">{line.number}</span>
        <SpeakerMark speaker={line.speaker} />
        <code>
          <Said>{line.text}</Said>
        </code>
      </div>
      <div class="bench-became">
        <span class="dim">
          {line.event}, {line.standing}
          {line.claims_error && ', claims an error'}
        </span>
        {hits.map((said) => (
          <RuleSaid key={said.rule} said={said} />
        ))}
        {misses.length > 0 && (
          <details>
            <summary>
              {misses.length} {misses.length === 1 ? 'rule' : 'rules'} came near
            </summary>
            {misses.map((said) => (
              <RuleSaid key={said.rule} said={said} />
            ))}
          </details>
        )}
        {line.decisions.map((text) => (
          <span key={text} class="decision">
            → <Said>{text}</Said>
          </span>
        ))}
      </div>
    </li>
  );
}
