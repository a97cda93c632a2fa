import { describe, expect, it } from 'vitest';
import { type Above, readAbove } from '../../../src/decode/text/lines-above.ts';
import { shapesOf } from './shapes.ts';

/** What stands above the last line of a text. */
const above = (text: string): Above => {
  const shapes = shapesOf(text);
  return readAbove(shapes, shapes.length - 1);
};

const NOTHING: Above = {
  fence: false,
  tool: false,
  introduced: false,
  runInto: false,
  prose: false,
  strange: false,
  beside: false,
};

describe('readAbove', () => {
  it('finds nothing above the first line, and nothing in what is no words', () => {
    expect(above('Error: boom')).toEqual(NOTHING);
    expect(above('\n\nError: boom')).toEqual(NOTHING);
  });

  it("takes a client's retry that hangs below a prompt for no tool", () => {
    const hung = '  ⎿  API Error (401 {"a":1}) · Retrying in 3 seconds… (attempt 2/10)';
    expect(above(`${hung}\nAPI Error: 401`).tool).toBe(false);
    expect(above(`● Bash(claude -p hi)\n${hung}\nAPI Error: 401`).tool).toBe(true);
    expect(above('  ⎿  401\nAPI Error: 401').tool).toBe(true);
    const inTwo = '  ⎿  API Error: timed out\n     Retrying in 39 seconds… (attempt 10/10)';
    expect(above(`${inTwo}\nAPI Error: timed out`).tool).toBe(false);
    expect(above(`● Bash(claude -p hi)\n${inTwo}\nAPI Error: timed out`).tool).toBe(true);
  });

  it('lets a prompt run into nothing below the next item of a screen', () => {
    expect(above('> find out what the job logs\n\n● Now I open it.\n  ⎿  Error: boom').introduced).toBe(false);
    expect(above('> find out what the job logs\n\n● The job logs\n  ⎿  Error: boom').introduced).toBe(true);
  });

  it("takes the titles of a client's report for no prose", () => {
    expect(above('**Error Details**\n\nModel: x\n\n**Error Output**\n402 Payment Required')).toEqual(NOTHING);
    expect(above('**Error Details**\n\n402 Payment Required').prose).toBe(true);
  });

  it('knows an open code fence from a closed one', () => {
    expect(above('```\nError: boom').fence).toBe(true);
    expect(above('```\nx\n```\nError: boom').fence).toBe(false);
  });

  it('tells an announcement that ends in a colon from a sentence that runs into the line', () => {
    expect(above('It prints this:\n\nError: boom')).toMatchObject({ introduced: true, runInto: false });
    expect(above('The service answers with\nError: boom')).toMatchObject({ introduced: true, runInto: true });
    // What is announced is a block of lines, up to the next blank one.
    expect(above('It prints this:\n\nline one\nError: boom').introduced).toBe(true);
    expect(above('It prints this:\n\nline one\n\nError: boom').introduced).toBe(false);
  });

  it("takes what stands below a tool's heading for its output, and no prose", () => {
    expect(above('$ npm test\nIt looked at all of them.\nError: boom')).toEqual({ ...NOTHING, tool: true });
    expect(above('$ npm test\nfine\n\nError: boom').tool).toBe(false);
  });

  it("tells a client's headers from other lines", () => {
    expect(above('Model: x\nError: boom')).toEqual(NOTHING);
    expect(above('half of a line that\nError: boom').strange).toBe(true);
  });

  it('leaves out the line of a script that threw, and what Python shows of each call', () => {
    expect(above('/app/a.js:64\n  return it to the caller of this.\n     ^\n\nError: boom')).toEqual(NOTHING);
    expect(above('  File "a.py", line 1\n    I gave it back to them.\nError: boom').prose).toBe(false);
  });

  it('takes the prompt that a full screen repeats first for no prose', () => {
    expect(above('> please look at the failing build\nError: boom').prose).toBe(false);
  });

  it('takes words behind a heading and a blank line for prose, which the model may have said', () => {
    expect(above('✔ Task complete\n\nThe sentence that your users found rude was this:\n\nError: boom')).toMatchObject({
      introduced: true,
      prose: true,
    });
  });

  it('takes what is told in the first person for prose, also where it speaks of retries', () => {
    expect(above('I saw that it then tries five more times after that.\n\nError: boom').prose).toBe(true);
  });

  it('knows a launch behind a mark, and closing brackets', () => {
    expect(above('+ claude -p "$(cat a.md)" --output-format text\nError: boom')).toEqual(NOTHING);
    expect(above('}\nError: boom')).toEqual(NOTHING);
  });
});

describe('the screen of a client', () => {
  it('takes a line that hangs below what the model says for no answer of its own', () => {
    expect(above('● Now I write the tests.\n  ⎿  Error: boom')).toEqual(NOTHING);
    expect(above('> go ahead\n\n● Now I write the tests.\n  and run them.\n  ⎿  Error: boom')).toEqual(NOTHING);
    expect(
      above('╭────╮\n│ Welcome to the lodge of all │\n╰────╯\n● Now I write the tests.\n  ⎿  Error: boom'),
    ).toEqual(NOTHING);
  });

  it('leaves what hangs below words without a mark to be judged', () => {
    expect(above('Now I write the tests.\n● Next come the docs of it.\n  ⎿  Error: boom').prose).toBe(true);
    expect(above('half of a line that\n● Now I write the tests.\n  ⎿  Error: boom').strange).toBe(true);
  });

  it("takes a failure's mark beside a tool's output for the client's, but none that is indented", () => {
    expect(above('● Bash(make)\n  ⎿  done\n✗ Error: boom').tool).toBe(false);
    expect(above('● Bash(make)\n  ⎿  done\n     ✗ Error: boom').tool).toBe(true);
    expect(above('● Bash(make)\n  ⎿  done\nError: boom').tool).toBe(true);
  });

  it("takes a failure's mark below a prompt for the client's, and below a command line for a tool's", () => {
    expect(above('❯ sort the imports\n\n✗ Error: boom').tool).toBe(false);
    expect(above('❯ npm test\n✗ Error: boom').tool).toBe(true);
  });

  it.each([
    'TurnBegin',
    "TurnBegin(user_input='x')",
    'step=implement attempt=4/4',
    '[agent-7f] repo cloned, 41 files',
    '✻ Churned for 2m 41s',
    'ℹ Request cancelled.',
    '✔ workspace indexed',
    '~ Edit src/cache.ts',
    'YOLO mode is enabled. All tool calls will be automatically approved.',
    '🤖 Processing prompt: port the makefile to',
    '▸ Edit internal/cache/lru.go (+18 -3)',
    'Warning for openai/x: Unknown context window size and costs, using sane defaults.',
  ])('takes %s for a header of the client', (line) => {
    expect(above(`${line}\nError: boom`)).toEqual(NOTHING);
  });

  it('knows the margin of a screen in which all that was said has its mark', () => {
    expect(above("• I'll open the fixtures now.\nError: boom").beside).toBe(true);
    expect(above("• I'll open the fixtures now.\n  Error: boom").beside).toBe(false);
    expect(above("I'll open the fixtures now.\nError: boom").beside).toBe(false);
  });

  it('takes the events of a client for nothing said, and other JSON for something', () => {
    expect(above('{"type":"turn","n":1}\nError: boom')).toEqual(NOTHING);
    expect(above('{"kind":"turn","n":1}\nError: boom').strange).toBe(true);
  });
});

it("ends a tool's block where another wrapper speaks, and not where the same one does", () => {
  expect(above('[worker-1] $ make\n[worker-2] begun\nError: boom').tool).toBe(false);
  expect(above('[worker-1] $ make\n[worker-1] begun\nError: boom').tool).toBe(true);
});

it('ends an announcement behind a blank line, also where details stand between', () => {
  expect(above('It prints this:\n    at main (a.js:1)\nError: boom').introduced).toBe(true);
  expect(above('It prints this:\n    at main (a.js:1)\n\nError: boom').introduced).toBe(false);
});

it('knows headers that read like sentences, and no sentence that begins like one', () => {
  expect(above('starting session | provider: x and the model of it\nError: boom').prose).toBe(false);
  expect(above('Environment loaded from the file that was given here\nError: boom').prose).toBe(false);
  expect(above('Environments are loaded from the file that was given here\nError: boom').prose).toBe(true);
});

it("takes a wrapper's line right below a heading that is none of its own for shown", () => {
  expect(above('Tests:\n[relay] key refused').introduced).toBe(true);
  expect(above('Tests:\n[relay] key refused').tool).toBe(false);
  expect(above('[relay] Tests:\n[relay] key refused').introduced).toBe(false);
});

it("takes what is indented behind a blank line for the output of a barred command, and not of a file's heading", () => {
  expect(above('|  Bash  npm publish\n   exit 1\n\n   401 Unauthorized').tool).toBe(true);
  expect(above('|  Bash  npm publish\n   exit 1\n\n401 Unauthorized').tool).toBe(false);
  expect(above('|  Read  a.ts\n\n   401 Unauthorized').tool).toBe(false);
});

it('takes a script that is named for its agent, and that nothing stands above, for no tool', () => {
  expect(above('$ ./agent.sh run a.md\n401 Unauthorized').tool).toBe(false);
  expect(above('$ ./build.sh\n401 Unauthorized').tool).toBe(true);
  expect(above('I try it.\n\n$ ./agent.sh run a.md\n401 Unauthorized').tool).toBe(true);
});

it("takes what git prints below an action's own command for no tool's", () => {
  const git = 'remote: Write access to repository not granted.';
  expect(above(`[command]/usr/bin/git fetch origin\n${git}\nError: boom`).tool).toBe(false);
  expect(above(`${git}\nError: boom`).tool).toBe(true);
});
