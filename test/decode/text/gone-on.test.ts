import { describe, expect, it } from 'vitest';
import { goneOn } from '../../../src/decode/text/gone-on.ts';
import { shapesOf } from './shapes.ts';

const source = { known: () => undefined, name: 'agent', isAgent: true, hasAnswers: true, isClientOnly: false };

const behind = (below: string, { isClientOnly = false, isEnded = false } = {}) =>
  goneOn(
    shapesOf(`Error: key refused\n${below}`),
    { first: 0, last: 0, said: 'key refused', helps: false, isEnded, isFirst: false },
    { ...source, isClientOnly },
  );

/** The same where nothing that may be the model's stands before the statement, in a line of the text. */
const behindFirst = (text: string, { first = 0, helps = true } = {}) =>
  goneOn(shapesOf(text), { first, last: first, said: 'key refused', helps, isEnded: false, isFirst: true }, source);

describe('goneOn', () => {
  it.each([
    ['nothing behind', '', undefined],
    ['a further failure', 'Error: other', undefined],
    ['a last retry, and that it was the last', 'Retrying in 2s\nretries exhausted', undefined],
    ['the same banner again', 'Error: key refused', undefined],
    ['a retry', 'Retrying in 2s', 'retried'],
    ['a retry behind a further failure', 'Error: other\nRetrying in 2s', 'retried'],
    ['work', 'Now I read the file and change it.', 'went on'],
    ['a gateway’s next candidate', 'decision=candidate_failed reason=auth next=ollama/b', 'retried'],
    ['a list of what failed', '- quota exceeded for requests\n- quota exceeded for tokens', 'went on'],
    ['information of a log', '2026-01-02T03:04:05Z INFO the next step', 'went on'],
  ])('%s', (_, below, expected) => {
    expect(behind(below)).toBe(expected);
  });

  it('leaves what an ended program logs on its way out', () => {
    expect(behind('2026-01-02T03:04:05Z INFO closing', { isEnded: true })).toBeUndefined();
  });

  it('takes a flood of further failures for a run that goes on', () => {
    expect(behind('Error: key refused\n'.repeat(41).trim())).toBeUndefined();
    expect(behind('Error: key refused\n'.repeat(42).trim())).toBe('went on');
  });

  it('gives a client alone two lines of no meaning', () => {
    const line = 'region eu';
    expect(behind(`${line} 1\n${line} 2`, { isClientOnly: true })).toBeUndefined();
    expect(behind(`${line} 1\n${line} 2\n${line} 3`, { isClientOnly: true })).toBe('went on');
    expect(behind(`x\n${line} 2`)).toBe('went on');
  });

  it('gives a host two lines of no meaning where no model has spoken', () => {
    expect(behindFirst('Error: key refused\nregion eu 1\nregion eu 2')).toBeUndefined();
    expect(behindFirst('Error: key refused\nregion eu 1\nregion eu 2\nregion eu 3')).toBe('went on');
    expect(
      behindFirst('Error: key refused\nThe provider has refused this request for reasons of policy.'),
    ).toBeUndefined();
  });

  it('wants a word of failure below a statement that prose could begin with', () => {
    expect(behindFirst('Key refused\nregion eu 1', { helps: false })).toBe('went on');
    expect(behindFirst('Key refused\nregion eu 1\nlane exited with 3', { helps: false })).toBeUndefined();
  });

  it.each([
    ['progress', 'Error: key refused\nCompacting the conversation… (38s)'],
    ['a file that is read', 'Error: key refused\nReading src/a.ts'],
    ['another speaker', 'Error: key refused\nuser: go on'],
    ['an event that no decoder knows', 'Error: key refused\n{"event":"thinking"}'],
    ['a command', 'Error: key refused\n$ ls'],
    ["a tool's line", 'Error: key refused\nwget: bad address'],
    ['a file that is written', 'Error: key refused\n^ copied to samples/a.json'],
  ])('sees that the run goes on: %s', (_, text) => {
    expect(behindFirst(text)).toBe('went on');
  });

  it('sees records, and work like the work above', () => {
    expect(behindFirst('Actual result: Error: key refused\nWanted result: a hint')).toBe('went on');
    expect(behindFirst('Saved src/a.ts\nError: key refused\nSaved src/b.ts', { first: 1 })).toBe('went on');
    expect(behindFirst('Error: key refused\n- /srv/app/[eval]')).toBe("a tool's output");
  });
});

describe("a wrapper's word on its agent's exit", () => {
  const EXIT = 'Error: key refused\n[lane] task 3 exited with code 1';

  it.each([
    ['its own clearing up', '[lane] closing the books\n[lane] uploading what is left'],
    ['a time before it', '2026-11-28T10:00:00Z closing the books'],
    ['an account', 'Total cost: $0.10'],
    ['the same task once more', '[lane] task 3 is marked red'],
  ])('ends the run with %s behind it', (_what, below) => {
    expect(behindFirst(`${EXIT}\n${below}`)).toBeUndefined();
  });

  it.each([
    ['another task', '[lane] task 4\n[lane] task 4 written by hand'],
    ['work that is counted', '[lane] 12 files changed'],
    ['the next piece', '[lane] next: the page'],
    ['a restart', '[lane] restart in a clean folder'],
    ['the agent, started once more', '[lane] job: claude -p hi'],
    ['words without a name', 'Now the docs are written for it.'],
  ])('does not with %s behind it', (_what, below) => {
    expect(behindFirst(`${EXIT}\n${below}`)).toBe('went on');
  });

  it('needs no name where it counts its pieces of work, and sees the next one', () => {
    const skips = 'task 3/9: codex exited with code 1, skipping';
    expect(behindFirst(skips)).toBeUndefined();
    expect(behindFirst(`${skips}\ntask 4/9: codex started`)).toBe('went on');
  });

  it('needs a name', () => {
    expect(behind('the task exited with code 1\nThe docs are written for it now.')).toBe('went on');
  });
});

it("passes over the points of a client's help, and over no others", () => {
  expect(behindFirst('Error: key refused\nTo reduce input tokens:\n- shorter files\n- fewer images')).toBeUndefined();
  expect(behindFirst('Error: key refused\nThe branch has both now:\n- shorter files\n- fewer images')).toBe('went on');
  expect(behindFirst('Error: key refused\n- shorter files of the docs are in')).toBe('went on');
});

it("leaves what `time` prints, but not of a tool's command", () => {
  const times = 'Error: key refused\n\nreal\t0m3.2s\nuser\t0m0.1s\nsys\t0m0.0s';
  expect(behindFirst(times)).toBeUndefined();
  expect(behindFirst(`$ time ./deploy.sh\n${times}`, { first: 1 })).toBe("a tool's output");
});

describe('a host of several workers', () => {
  const known = () => undefined;
  const behindHost = (text: string) =>
    goneOn(
      shapesOf(text),
      { first: 0, last: 0, said: 'key refused', helps: true, isEnded: false, isFirst: true },
      { ...source, known, hasAnswers: false, isClientOnly: true },
    );

  it.each([
    ['hub: agent-2: key refused\nhub: agent-5 accepted job 8', 'went on'],
    ['hub: agent-2: key refused\nhub: the queue has four jobs', 'went on'],
    ["seat 'a': key refused\nseat 'b': two files", 'went on'],
    ["seat 'a': key refused\nseat 'a': two files", undefined],
    ["seat 'a': key refused\nseat 'b' failed too", undefined],
    ['hub: agent-2: key refused\nhub: agent-5 failed', undefined],
    ['hub: agent-2: key refused\nhub: job handed to worker 5', 'retried'],
    ['[side] key refused (see the docs of the provider for what to do about it)\n[run] reading docs/a.md', 'went on'],
    ['key refused (see the docs of the provider for what to do about keys)\n[run] see the docs', undefined],
  ])('%j: %s', (text, expected) => {
    expect(behindHost(text)).toBe(expected);
  });

  it('takes the rows of the body below for its statement', () => {
    const row = "Server: Error code: 401 - {'error': {'message': 'The session is over and has to";
    expect(behind(`${row}\nbe opened anew before the next request is sent', 'type': 'x'}}`)).toBeUndefined();
    expect(behind(`${row}\nbe opened anew before the next request is sent.`)).toBe('went on');
  });
});
