import { agentNamed } from '../known-agents.ts';
import { type PackageLine, packageScript } from '../package-scripts.ts';
import { baseName, isShellText } from '../shell-call.ts';
import { isInterpreter, runBy, unwrapCommand } from '../unwrap-command.ts';
import { together } from './builtins.ts';
import { elsewhereCommand, type Started } from './elsewhere-command.ts';
import { isCommand, isGivenCommand } from './given-command.ts';
import { pathAt, runProgramFile, scriptInstead } from './program-file.ts';
import { ELSEWHERE, isOrdinary, isQuiet, READS_ONLY, REPEATERS, WRITERS, WRITES_ANY } from './programs.ts';
import { repeatedCommands } from './repeated-commands.ts';
import { runAgent } from './run-agent.ts';
import { inChild, runInShell } from './run-script.ts';
import { type At, heard, isOpen, unread, type Walk, works } from './walk-context.ts';
import { distinct, ended, endedAnyhow, graver, mayBeWritten, type Way, withWritten } from './ways.ts';

/** The ways behind a program that is no shell and no agent: one around another command, a script, one that is known, or any other. */
export function runProgram(walk: Walk, words: readonly string[], way: Way, from: At): Way[] {
  const [name = '', ...rest] = words;
  const base = baseName(name);
  // What it starts does not end in its place.
  const at = hidesEnd(words) || REPEATERS.has(base) || ELSEWHERE.has(base) ? { ...from, isReplacing: false } : from;
  const instead = scriptInstead(walk, name, way, at);
  if (instead) return instead === 'unread' ? unread(walk, way) : runProgramFile(walk, words, instead, way, at);
  const script = packageScript(words, way.folder, walk.files);
  if (script) return runPackageScript(walk, script, way, at);
  if (ELSEWHERE.has(base) && !isQuiet([base, ...rest]) && !isOrdinary([base, ...rest]))
    return runElsewhere(walk, words, way, at);
  // A shell that reads its lines, and what many files say.
  const isFed = base === 'su' && at.input !== undefined;
  if (isFed || base === 'run-parts' || words.some((word) => /^(?:(?:BASH_)?ENV|SHELLOPTS)=/.test(word)))
    return unread(walk, way);
  if (REPEATERS.has(base)) return runAgainAndAgain(walk, words, way, at);
  const inner = unwrapCommand(words);
  if (inner && 'line' in inner) {
    const ends = runInShell(walk, { text: inner.line, args: undefined }, way, { ...at, isEnvironmentOpen: true });
    return around(words, ends, way);
  }
  // An interpreter's script, and another package's program, are not known.
  const isUnknown = (isInterpreter(name) || runBy(words) !== undefined) && !isCommand(inner?.words ?? []);
  if (inner && !isUnknown) {
    const isOther = words.slice(0, words.length - inner.words.length).some((word) => FOLDER_OPTION.test(word));
    const isEnvironmentOpen = at.isEnvironmentOpen || SETS_ENVIRONMENT.has(base);
    const ends = walk.words(inner.words, isOther ? { ...way, folder: undefined } : way, { ...at, isEnvironmentOpen });
    // `sudo -i <<E`: a shell that reads its lines.
    if (inner.words.length === 0) return at.input ? unread(walk, way) : around(words, endedAnyhow(way), way);
    return around(words, ends, way);
  }
  // A path names a file of its own: `./install`.
  if (name.includes('/') && !/^(?:\/usr)?(?:\/local)?\/s?bin\//.test(name)) return runOther(walk, words, way, at);
  const plain = [base, ...rest];
  if (isQuiet(plain)) {
    const isShown = rest.some((word) => SHOWN_IN.test(word));
    return endedAnyhow(heard(walk, afterWriting(words, way), at, !isShown));
  }
  if (isOrdinary(plain)) return runPlain(walk, words, way, at);
  return runOther(walk, words, way, at);
}

/** Where all see it, though the program's own output is kept. */
const SHOWN_IN = /\/dev\/(?:std|fd|tty)/;

/** Programs that may set variables for the one that they run. */
const SETS_ENVIRONMENT = new Set(
  'env sudo doas mise op doppler dotenvx infisical aws-vault nix direnv systemd-run chpst uv poetry'.split(' '),
);

/** The ways behind a program around another one, which may fail before it runs that. */
const around = (words: readonly string[], ends: readonly Way[], way: Way): Way[] =>
  distinct([...(hidesEnd(words) ? ends.flatMap(endedAnyhow) : ends), ended(way, false)]);

/** Whether a program does not end as the one that it runs. */
function hidesEnd([name = '', ...rest]: readonly string[]): boolean {
  const base = baseName(name);
  if (base === 'setsid') return rest.some((word) => /^(?:-\w*f|--fork)/.test(word));
  return base === 'script' || base === 'systemd-run';
}

const FOLDER_OPTION = /^(?:-\w*[CD]|--chdir|--working-directory|--wd)(?:$|=)/;

function afterWriting([name = '', ...rest]: readonly string[], way: Way): Way {
  const base = baseName(name);
  if (WRITES_ANY.has(base)) {
    const isRead = rest.find((word) => !word.startsWith('-'));
    return READS_ONLY.has(isRead ?? '') ? way : withWritten(way, '*');
  }
  if (!WRITERS.has(base) || (base === 'sed' && !rest.some((word) => /^-\w*i/.test(word)))) return way;
  return rest
    .filter((word) => !word.startsWith('-') && !isOpen(word))
    .reduce((one, word) => withWritten(one, baseName(word)), way);
}

/** A program that is not known: a script of a shell is read, and any other may be an agent. */
function runOther(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const [name = ''] = words;
  const path = pathAt(way, at);
  const isOther = isInterpreter(name) || runBy(words) !== undefined;
  // Another machine's files are not read.
  const isThere = at.isElsewhere && name.includes('/');
  const found = isOther ? 'other' : isThere ? 'unread' : walk.files.find(name, way.folder, path);
  if (name.includes('/') && mayBeWritten(way, baseName(name))) return unread(walk, way);
  if (typeof found !== 'string' && isShellText(found.text, baseName(name)))
    return runProgramFile(walk, words, found, way, at);
  // A name that is not found may be a function that was exported, or what another folder has by then.
  if (found === 'unread' || (found === 'none' && at.isInShell && !name.includes('/'))) return unread(walk, way);
  if (at.isAgentScript) return runAgent(walk, words, way, at);
  const { finding } = walk;
  works(walk, way);
  // It may start it again and again.
  if (isGivenCommand(walk, words, way)) {
    finding.follows = true;
    finding.isUnread ||= at.isInShell;
  }
  finding.programRuns += 1;
  const behind = heard(walk, way, at);
  return [ended(behind, true), { ...behind, ok: false, agent: graver(behind.agent, 'maybe') }];
}

/** A command that is run once for each thing of several. */
function runAgainAndAgain(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const started = repeatedCommands(words);
  if (started === 'unclear' || started.some((one) => isGivenLater(words, one))) return unread(walk, way);
  if (started.length === 0) return runPlain(walk, words, way, at);
  const turn = (ways: readonly Way[]) =>
    started.reduce<readonly Way[]>(
      (before, one) =>
        together(
          before,
          inChild(before, at, (inner, there) =>
            inner.flatMap((here) => runStarted(walk, one, here, { ...there, isLoose: true })),
          ),
        ),
      ways,
    );
  return turn(turn([way])).flatMap(endedAnyhow);
}

/** Whether what a repeater runs is told by what it is given: `xargs -n1 sh`, `xargs -I{} bash -c {}`, `find -exec {} \\;`. */
function isGivenLater(words: readonly string[], started: Started): boolean {
  if (!('words' in started)) return false;
  const own = started.words;
  const option = words.findIndex((word) => /^-I/.test(word));
  const token = option === -1 ? '{}' : (words[option] as string).slice(2) || words[option + 1];
  const inner = unwrapCommand(own);
  if (inner && 'words' in inner && inner.words.length === 0) return true;
  if (agentNamed(own[0] ?? '') || isQuiet(own) || isOrdinary(own)) return false;
  return own.length === 1 || own.some((word) => word === token);
}

/** A program that does work, and starts no agent. */
function runPlain(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  works(walk, way);
  return endedAnyhow(heard(walk, afterWriting(words, way), at));
}

function runElsewhere(walk: Walk, words: readonly string[], way: Way, at: At): Way[] {
  const started = elsewhereCommand(words);
  if (started === 'unclear' || (!started && at.input)) return unread(walk, way);
  if (!started) return runOther(walk, words, way, at);
  // Its files are not those of this machine.
  const there = { ...way, folder: undefined };
  const ends = runStarted(walk, started, there, { ...at, isElsewhere: true });
  return distinct([way, ...ends].flatMap((end) => endedAnyhow(heard(walk, { ...end, folder: way.folder }, at))));
}

function runStarted(walk: Walk, started: Started, way: Way, at: At): Way[] {
  if ('words' in started) return walk.words(started.words, way, at);
  return runInShell(walk, { text: started.line, args: undefined }, way, at);
}

function runPackageScript(walk: Walk, { parts, home, isUnread }: PackageLine, way: Way, at: At): Way[] {
  if (isUnread) return unread(walk, way);
  let now: Way[] = [ended(way, true)];
  for (const text of parts) {
    const passed = now.filter(({ ok }) => !ok);
    const run = now.filter(({ ok }) => ok);
    now = together(
      passed,
      run.flatMap((one) => runInShell(walk, { text, home, folder: home, args: [] }, one, at)),
    );
  }
  return now;
}
