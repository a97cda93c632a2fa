import { describe, expect, test } from 'vitest';
import { saysOutOfMemory } from '../../../src/classify/post-mortem/memory-word.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

const says = (lines: readonly string[], pid?: number) => {
  const shapes = lines.map(shapeLine);
  return shapes.some((_, at) => saysOutOfMemory(shapes, at, pid));
};

describe('the word that memory ran out', () => {
  test.each([
    ['[ 8123.410217] Memory cgroup out of memory: Killed process 4711 (node) total-vm:9071252kB, anon-rss:2097152kB'],
    ['Nov 22 12:08:17 node7 kernel: Out of memory: Killed process 812 (claude) total-vm:2071252kB'],
    ['kernel: oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,task_memcg=/a,task=codex,pid=812,uid=0'],
    ['            "OOMKilled": true,'],
    ['{"Status":"exited","Running":false,"OOMKilled":true,"Dead":false,"ExitCode":137}'],
    ['      Reason:       OOMKilled'],
    ['Last State: Terminated Reason: OOMKilled Exit Code: 137'.replace(' Exit Code: 137', '')],
    ['agent-1   0/1   OOMKilled   0   3m12s'],
    ['time="2026-11-22T12:00:00Z" level=info msg="container exited" reason=OOMKilled exit_code=137'],
    ['systemd[1]: run-42.service: A process of this unit has been killed by the OOM killer.'],
    ["systemd[1]: run-42.service: Failed with result 'oom-kill'."],
  ])('is %s', (line) => {
    expect(says(['working on part 7', line])).toBe(true);
  });

  test('is the kernel’s on any program, where the process is the agent’s', () => {
    const line = 'kernel: Out of memory: Killed process 812 (MyTool) total-vm:1kB';
    expect([says([line]), says([line], 811), says([line], 812)]).toEqual([false, false, true]);
  });

  test.each([
    ['another program', ['[99.1] Out of memory: Killed process 77 (chromium) total-vm:8123456kB']],
    ['a container that had enough', ['  "OOMKilled": false,']],
    ['prose', ['The pod was OOMKilled twice last week, so I raised its limit.']],
    ['a code fence', ['```', 'kernel: Out of memory: Killed process 812 (claude)', '```']],
    ['a quotation', ['> kernel: Out of memory: Killed process 812 (claude)']],
    ['a file', ['notes.log:12: Reason: OOMKilled']],
    ['a shell alone', ['bash: line 1: 11700 Killed                  python3 worker.py']],
  ])('is not %s', (_what, lines) => {
    expect(says(lines)).toBe(false);
  });
});
