import { describe, expect, it } from 'vitest';
import { decoderFor, sniffRuntime } from '../../src/decode/decoders.ts';
import { tellFormat } from '../../src/decode/stream-opening.ts';
import { claude } from '../support/claude-lines.ts';

const INIT = claude.init();
const FAILURE = claude.fails('OAuth token has expired', 401);
const told = (opening: string[], hints = {}, runtime = 'claude-code', stream: 'stdout' | 'stderr' = 'stdout') =>
  tellFormat(decoderFor(runtime), stream, opening, hints);

describe('tellFormat', () => {
  it.each([
    ['its first event', [INIT]],
    ["a wrapper's banner before it", ['> agent@1.0.0 start', 'npm warn deprecated x@1: old', INIT, FAILURE]],
    ['a start-up that took many lines', [...Array.from({ length: 500 }, (_, at) => `layer ${at}: done`), INIT]],
    ['a command that shows something before the agent starts', ['+ cat config.json', '{"a":1}', '+ claude -p', INIT]],
    ['a byte order mark and colours', [`\ufeff\u001b[0m${INIT}\u001b[0m`]],
    ['an event in the middle, because the log begins there', ['{"type":"assistant","message":{"content":[]}}']],
  ])('is structured with %s', (_what, opening) => {
    expect(told(opening)).toBe('structured');
  });

  it.each([
    ['nothing at all', []],
    ['prose', ['I looked at the log.', 'It is fine.']],
    ['a failure as its first line: a model may print one', [FAILURE]],
    ['a failure after prose', ['The log says', FAILURE]],
    ['an opening event in a code fence', ['Look:', '', '```json', INIT, FAILURE, '```']],
    ['an opening event that a colon announces', ['The transcript:', INIT, FAILURE]],
    ['an opening event that a command shows', ['I look.', '$ cat run.log', INIT, FAILURE]],
    ['an opening event that a tool shows', ['⏺ Bash(jq -c . run.log)', '', INIT, FAILURE]],
    ['an event of another runtime', ['{"type":"thread.started","thread_id":"1"}']],
    ['JSON of nobody', ['{"type":"system","subtype":"init"}x', '[1]', '{"a":1}']],
  ])('is text with %s', (_what, opening) => {
    expect(told(opening)).toBe('text');
  });

  it('is what was declared, whatever the lines look like', () => {
    expect(told(['prose'], { declared: 'structured' })).toBe('structured');
    expect(told([INIT, FAILURE], { declared: 'text' })).toBe('text');
  });

  it('is text for a runtime that has no structured output, also where it was declared', () => {
    expect(told([INIT], { declared: 'structured' }, 'aider')).toBe('text');
  });

  it('takes a failure for an opening where the log may be cut out of a longer one', () => {
    expect(told([FAILURE], { cutOut: true })).toBe('structured');
    expect(told(['> agent@1.0.0 start', 'npm warn old', FAILURE], { cutOut: true })).toBe('structured');
    expect(told(['I looked at what the run printed.', FAILURE], { cutOut: true })).toBe('text');
    expect(told(['- the last line:', FAILURE], { cutOut: true })).toBe('text');
    expect(
      told(['##[group]Run agent', 'Running Claude Code via SDK (output hidden)...', FAILURE], { cutOut: true }),
    ).toBe('structured');
    expect(told(['+ claude -p --output-format json', FAILURE], { cutOut: true })).toBe('structured');
  });

  it.each([
    '```json',
    '|  Bash     jq . last.json',
    '$ cat last.json',
    '+ jq . last.json',
    '⏺ Bash(curl -s localhost)',
  ])('takes none below %s: it is shown there', (heading) => {
    expect(told([heading, FAILURE], { cutOut: true })).toBe('text');
    expect(told([heading, '', FAILURE], { cutOut: true })).toBe('text');
  });

  it('takes one on either stream, where the log may be cut out', () => {
    expect(told([FAILURE], { cutOut: true }, 'claude-code', 'stderr')).toBe('structured');
    expect(told([INIT, FAILURE], {}, 'claude-code', 'stderr')).toBe('text');
  });

  it('takes any event for an opening where only the runtime prints', () => {
    const failure = '{"status":"error","message":"401 invalid x-api-key"}';
    expect(told(['Warning: old config', failure], {}, 'continue-cli', 'stderr')).toBe('structured');
    expect(told([failure], {}, 'continue-cli', 'stdout')).toBe('text');
  });
});

describe('sniffRuntime', () => {
  it('finds the runtime behind what a wrapper printed, on either stream', () => {
    expect(sniffRuntime({ stdout: ['starting', INIT] })).toBe('claude-code');
    expect(sniffRuntime({ stdout: ['answer'], stderr: ['OpenAI Codex v0.171.0'] })).toBe('codex');
  });

  it('is not told by what a model may print', () => {
    expect(sniffRuntime({ stdout: [FAILURE] })).toBe('generic');
    expect(sniffRuntime({ stdout: ['The log:', INIT] })).toBe('generic');
    expect(sniffRuntime({ stdout: ['Here is', '```', INIT, '```'] })).toBe('generic');
  });

  it('is told by what stands below, where several runtimes open a run alike', () => {
    const opens = JSON.stringify({ type: 'system', subtype: 'init', session_id: 's', cwd: '/srv', tools: [] });
    const says = JSON.stringify({ type: 'assistant', message: { content: [] }, session_id: 's' });
    expect(sniffRuntime({ stdout: [opens] })).toBe('generic');
    expect(sniffRuntime({ stdout: [opens, says, FAILURE] })).toBe('claude-code');
    expect(sniffRuntime({ stdout: ['The log:', opens, FAILURE] })).toBe('generic');
  });

  it('knows the opening of a Claude Code that names no version', () => {
    const session = { type: 'system', subtype: 'init', cwd: '/srv', session_id: 's', tools: ['Bash'], mcp_servers: [] };
    const opens = { ...session, model: 'claude-opus-4', permissionMode: 'default', apiKeySource: 'none' };
    expect(sniffRuntime({ stdout: [JSON.stringify(opens)] })).toBe('claude-code');
    const { tools: _, mcp_servers: __, ...cursor } = { ...opens, apiKeySource: 'login' };
    expect(sniffRuntime({ stdout: [JSON.stringify(cursor)] })).toBe('cursor-agent');
  });

  it('is told by a failure in a log that may be cut out of a longer one', () => {
    expect(sniffRuntime({ stdout: [FAILURE] }, { cutOut: true })).toBe('claude-code');
  });
});
