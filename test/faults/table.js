/**
 * The faults that knell promises to survive, each with the tests that bring it about on real parts.
 *
 * @typedef {object} Fault
 * @property {string} fault what goes wrong
 * @property {string} injected how it is brought about
 * @property {string} promised what holds all the same
 * @property {string} [file] the test file; left out where no test brings the fault about
 * @property {string} [name] a pattern of test names in it; left out: all of the file
 */

/** @type {readonly Fault[]} */
export const FAULTS = [
  {
    fault: 'word that a request is over is lost, late or doubled',
    injected: 'proxy before nats-server',
    promised: 'asked anew after its deadline, counted',
    file: 'test/nats/consume/pull-request.test.ts',
  },
  {
    fault: 'messages wait and no request does',
    injected: 'requests dropped, server compared',
    promised: 'asked anew; told',
    file: 'test/nats/consume/reading-watch.test.ts',
  },
  {
    fault: 'network loses, doubles, delays and cuts',
    injected: 'seeded proxy (KNELL_SEEDS)',
    promised: 'no verdict missing or wrong',
    file: 'test/chaos/lossy-network.test.ts',
  },
  {
    fault: 'leader of a cluster of three is killed',
    injected: 'SIGKILL of its server (KNELL_LEADER_KILLS)',
    promised: 'no verdict lost or doubled',
    file: 'test/chaos/cluster.test.ts',
    name: 'whose leader is killed',
  },
  {
    fault: 'many runs fail at once on three replicas',
    injected: 'cluster of three (KNELL_DOOMED)',
    promised: 'one verdict each',
    file: 'test/chaos/cluster.test.ts',
    name: 'fail at once',
  },
  {
    fault: 'replica is behind',
    injected: 'proxy answers direct gets late',
    promised: 'reads that decide come from the leader',
    file: 'test/nats/leader-reads.test.ts',
  },
  {
    fault: 'workers and server are killed at random',
    injected: 'SIGKILL, 4 workers, 3 seeds',
    promised: 'one command, one record each',
    file: 'test/chaos/chaos.test.ts',
  },
  {
    fault: 'worker is told to stop amid messages',
    injected: 'SIGTERM, also without a server',
    promised: 'the next one does the rest',
    file: 'test/chaos/stop.test.ts',
  },
  {
    fault: 'poisoned message comes again and again',
    injected: 'payloads that always fail',
    promised: 'dead letter after three tries, others handled',
    file: 'test/nats/consume/log-source.test.ts',
  },
  {
    fault: 'agent prints an envelope of its own',
    injected: '[[1e308,{…}]] and alike',
    promised: 'read as lines, once',
    file: 'test/service/unlabelled-output.test.ts',
  },
  {
    fault: 'host clock is wrong',
    injected: 'publisher times 1 h and a day off',
    promised: 'server time decides; told',
    file: 'test/service/publisher-clocks.test.ts',
  },
  {
    fault: 'one run floods',
    injected: 'thousands of api_retry lines',
    promised: 'a control run gets its command meanwhile',
    file: 'test/service/flood.test.ts',
  },
  {
    fault: 'tokens of three subscriptions die',
    injected: 'runs fail at once (KNELL_DEAD_RUNS)',
    promised: 'all ended, nothing in shadow',
    file: 'test/chaos/outage.test.ts',
    name: 'three dead tokens',
  },
  {
    fault: 'rule runs away',
    injected: 'it hits on every credential',
    promised: 'it alone goes into shadow',
    file: 'test/chaos/outage.test.ts',
    name: 'credentials take their rule',
  },
  {
    fault: 'held back runs after a release',
    injected: 'shadow, then release, manual clock',
    promised: 'ended if still alive and silent',
    file: 'test/pipeline/fleet/outage-or-runaway.test.ts',
    name: 'held back',
  },
  {
    fault: 'foreign messages on the abort subjects',
    injected: '610, dated 2031',
    promised: 'no budget used, no shadow',
    file: 'test/chaos/outage.test.ts',
    name: 'messages of others',
  },
  {
    fault: 'ids of a command or record are taken',
    injected: 'foreign publication before',
    promised: "knell's own is stored behind it; told",
    file: 'test/nats/foreign-messages.test.ts',
    name: 'where knell signs',
  },
  {
    fault: 'JetStream does not answer',
    injected: 'proxy',
    promised: '/readyz false with the reason, then true',
    file: 'test/service/readyz.test.ts',
    name: 'does not answer',
  },
  {
    fault: 'log stream is full and drops the oldest',
    injected: 'small stream, no worker',
    promised: 'notice, metric, /readyz false',
    file: 'test/service/readyz.test.ts',
    name: 'dropped what was not read',
  },
  {
    fault: 'pack is deleted from the rules folder',
    injected: 'file removed',
    promised: 'refused and told; old rules in force',
    file: 'test/ruleset/load/live-rules.test.ts',
    name: 'lost a pack',
  },
  {
    fault: 'server is away for a tap; spool is full',
    injected: 'server stopped and started',
    promised: 'order kept; drops counted',
    file: 'test/nats/tap-link.test.ts',
    name: 'goes away|finds no room',
  },
  {
    fault: 'reader of a tap is gone',
    injected: 'its standard output closed',
    promised: 'agent runs on, output published',
    file: 'test/cli/tap/tap.test.ts',
    name: 'outlives the reader',
  },
  {
    fault: 'Fluentd is slow, dead or lies',
    injected: 'Forward server that misbehaves',
    promised: 'every record arrives; knell goes on',
    file: 'test/fluentd/forwarder.test.ts',
  },
  {
    fault: 'workers one after another',
    injected: 'restart',
    promised: 'lines stored = decided + rejected + gaps',
    file: 'test/service/account.test.ts',
  },
  { fault: 'tap writes to a full device', injected: '/dev/full', promised: 'exits with a reason' },
  { fault: 'npm start is killed', injected: 'SIGTERM', promised: 'service and its nats-server end' },
  { fault: 'worker stands still for 60 s', injected: 'SIGSTOP', promised: 'catches up, no double' },
  { fault: 'follower is cut off', injected: 'partition', promised: 'nothing missing' },
  { fault: 'slow disk', injected: '–', promised: 'slower, nothing missing' },
  { fault: 'backlog of 24 h (500 MB)', injected: '–', promised: 'read in order, bounded memory' },
  { fault: 'two versions together', injected: '–', promised: 'one command a run' },
  { fault: 'small heap', injected: '--max-old-space-size=128', promised: 'goes on' },
];
