import { spawn } from 'node:child_process';

/**
 * A small dispatcher: a few slots, a queue, a timeout. What knell adds is in four places, marked 1 to 4.
 *
 * `avoid` are subscriptions that this work has already failed on.
 * @typedef {{ agent: string, execution: string, attempt?: number, subscription: string, command: string[], avoid?: string[] }} Job
 * @typedef {Pick<import('knell/client').KnellClient, 'preflight' | 'publishRunStarted' | 'publishRunExited' | 'onAbort'>} Knell
 *
 * @param {object} options
 * @param {Knell} options.knell a client, or `linkToKnell` for one that may come later
 * @param {Record<string, Record<string, string>>} options.subscriptions environment of each: where its token is
 * @param {number} [options.slots]
 * @param {number} [options.timeoutS] when a run is ended that no other program has ended
 * @param {string[]} [options.tap] command that publishes a run's output, e.g. ['knell', 'tap', '--obey']
 * @param {number} [options.graceMs] from SIGTERM to SIGKILL
 * @param {number} [options.retryMs] how long a job waits that no subscription can run now
 * @param {number} [options.maxAttempts]
 * @param {(line: string) => void} [options.say]
 */
export function createDispatcher({
  knell,
  subscriptions,
  slots = 2,
  timeoutS = 3_600,
  tap = [],
  graceMs = 10_000,
  retryMs = 60_000,
  maxAttempts = 3,
  say = console.log,
}) {
  /** @type {Job[]} */
  const queue = [];
  /** @type {Map<string, { job: Job, exited: Promise<void>, end: () => Promise<void>, command?: object }>} */
  const running = new Map();
  /** Runs that are over: a command for one of them comes too late. */
  const over = new Set();
  const timers = new Set();
  let idle = () => {};
  let stopListening = async () => {};
  let starting = 0;

  const nameOf = ({ agent, execution, attempt = 1 }) => `${agent}.${execution}.${attempt}`;

  /** 1: before a run is started: has it a chance? `unknown` is no reason to wait. Undefined: nothing can run it now. */
  async function choose(job) {
    const tried = new Set(job.avoid);
    const candidates = [job.subscription, ...Object.keys(subscriptions)];
    while (candidates.length > 0) {
      const subscription = candidates.shift();
      if (tried.has(subscription) || !(subscription in subscriptions)) continue;
      tried.add(subscription);
      const reply = await knell.preflight({ agent: job.agent, subscription });
      if (reply.answer !== 'refused') return subscription;
      say(`${nameOf(job)}: ${subscription} is refused: ${reply.reason}`);
      // What knell knows to be good comes first.
      candidates.unshift(...reply.alternatives);
    }
    return undefined;
  }

  async function fill() {
    while (queue.length > 0 && running.size + starting < slots) {
      const job = queue.shift();
      starting += 1;
      try {
        const subscription = await choose(job);
        if (subscription === undefined) later(job, retryMs, 'no subscription can run it now');
        else start({ ...job, subscription });
      } finally {
        starting -= 1;
      }
    }
    if (queue.length + running.size + starting + timers.size === 0) idle();
  }

  function later(job, afterMs, why) {
    say(`${nameOf(job)}: waits, ${why}`);
    const timer = setTimeout(() => {
      timers.delete(timer);
      // What it failed on may have been mended meanwhile: preflight knows.
      queue.push({ ...job, avoid: [] });
      void fill();
    }, afterMs);
    timers.add(timer);
  }

  function start(job) {
    const { agent, execution, attempt = 1, subscription } = job;
    const run = { agent, execution, attempt };
    const about = [
      '--agent',
      agent,
      '--execution',
      execution,
      '--attempt',
      `${attempt}`,
      '--subscription',
      subscription,
    ];
    const [program, ...args] = tap.length > 0 ? [...tap, ...about, '--', ...job.command] : job.command;
    // 2: who runs, on whose account. The tap tells it by itself. A run does not wait for knell.
    const told = tap.length === 0 ? knell.publishRunStarted(run, { subscription, timeout_s: timeoutS }) : undefined;
    // A process group of its own, so that the whole tree can be ended.
    const child = spawn(program, args, {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...subscriptions[subscription] },
    });
    say(`${nameOf(job)}: started on ${subscription}`);
    const exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
      child.once('error', () => resolve({ code: 127, signal: null }));
    });
    const entry = { job, exited, end: () => endTree(child, exited, graceMs) };
    running.set(nameOf(job), entry);
    const watchdog = setTimeout(() => void entry.end(), timeoutS * 1_000);
    void exited.then(async ({ code, signal }) => {
      clearTimeout(watchdog);
      running.delete(nameOf(job));
      over.add(nameOf(job));
      say(`${nameOf(job)}: over (${signal ?? code})`);
      next(job, entry.command);
      await told;
      if (tap.length === 0) await knell.publishRunExited(run, { code, signal });
      await fill();
    });
  }

  /** 4: what knell says is next. Where the next step is a person's (`fail`, `fix_agent`, `notify_owner`), the work ends here. */
  function next(job, command) {
    const attempt = (job.attempt ?? 1) + 1;
    if (!command) return;
    const { category, next_action: action, not_before: notBefore } = command;
    say(`${nameOf(job)}: ${category}, next: ${action}`);
    if (attempt > maxAttempts) say(`${nameOf(job)}: given up after ${maxAttempts} attempts`);
    else if (action === 'retry') queue.push({ ...job, attempt });
    else if (action === 'retry_after') {
      const afterMs = notBefore === undefined ? retryMs : Math.max(0, Date.parse(notBefore) - Date.now());
      later({ ...job, attempt }, afterMs, 'as knell says');
    } else if (action === 'switch_subscription') {
      // `retryable` is about the same credential: on another one the work goes on.
      queue.push({ ...job, attempt, avoid: [...(job.avoid ?? []), job.subscription] });
    }
  }

  /** 3: end a doomed run, and say what became of it. Duplicates and expired commands never come here. */
  async function obey(command) {
    const name = nameOf(command);
    const waiting = queue.findIndex((job) => nameOf(job) === name);
    if (waiting >= 0) {
      queue.splice(waiting, 1);
      return 'cancelled_before_start';
    }
    const entry = running.get(name);
    if (!entry) return over.has(name) ? 'already_finished' : 'not_found';
    say(`${name}: ${command.message}`);
    entry.command = command;
    await entry.end();
    return 'terminated';
  }

  return {
    /** @param {Job} job */
    add(job) {
      queue.push(job);
      void fill();
    },
    async listen() {
      stopListening = await knell.onAbort(obey);
    },
    /** Settles when nothing runs and nothing waits. */
    whenIdle: () =>
      new Promise((resolve) => {
        idle = resolve;
        void fill();
      }),
    async stop() {
      await stopListening();
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      queue.length = 0;
      await Promise.all([...running.values()].map((entry) => entry.end()));
    },
  };
}

/** Ends a process group: politely, then for good. */
async function endTree(child, exited, graceMs) {
  const send = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Gone already.
    }
  };
  send('SIGTERM');
  const killer = setTimeout(() => send('SIGKILL'), graceMs);
  await exited;
  clearTimeout(killer);
}
