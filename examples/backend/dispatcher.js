import { spawn } from 'node:child_process';

/**
 * A small dispatcher: a few slots, a queue, a timeout. What knell adds is in four places, marked 1 to 4.
 *
 * @typedef {{ agent: string, execution: string, attempt?: number, subscription: string, command: string[] }} Job
 * @typedef {import('knell/client').KnellClient} KnellClient
 *
 * @param {object} options
 * @param {KnellClient} options.knell
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
  const timers = new Set();
  let idle = () => {};
  let stopListening = async () => {};
  let starting = 0;

  const nameOf = ({ agent, execution, attempt = 1 }) => `${agent}.${execution}.${attempt}`;

  /** 1: before a run is started: has it a chance? `unknown` is no reason to wait. */
  async function choose(job) {
    const reply = await knell.preflight({ agent: job.agent, subscription: job.subscription });
    if (reply.answer !== 'refused') return job.subscription;
    say(`${nameOf(job)}: ${job.subscription} is refused: ${reply.reason}`);
    return reply.alternatives.find((other) => other in subscriptions);
  }

  async function fill() {
    while (queue.length > 0 && running.size + starting < slots) {
      const job = queue.shift();
      starting += 1;
      try {
        const subscription = await choose(job);
        if (subscription === undefined) later(job);
        else await start({ ...job, subscription });
      } finally {
        starting -= 1;
      }
    }
    if (queue.length + running.size + starting + timers.size === 0) idle();
  }

  function later(job) {
    say(`${nameOf(job)}: waits, no subscription can run it now`);
    const timer = setTimeout(() => {
      timers.delete(timer);
      queue.push(job);
      void fill();
    }, retryMs);
    timers.add(timer);
  }

  async function start(job) {
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
    // 2: who runs, on whose account. The tap tells it by itself.
    if (tap.length === 0) await knell.publishRunStarted(run, { subscription, timeout_s: timeoutS });
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
      say(`${nameOf(job)}: over (${signal ?? code})`);
      if (tap.length === 0) await knell.publishRunExited(run, { code, signal });
      next(job, entry.command);
      await fill();
    });
  }

  /** 4: what knell says is next: the same work on another subscription, or later, or not again. */
  function next(job, command) {
    const attempt = (job.attempt ?? 1) + 1;
    if (!command?.retryable || attempt > maxAttempts) return;
    say(`${nameOf(job)}: ${command.category}, next: ${command.next_action}`);
    queue.push({ ...job, attempt });
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
    if (!entry) return 'not_found';
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
