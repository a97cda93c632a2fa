/**
 * The faults that knell promises to survive, each with the tests that bring it about on real parts.
 *
 * @typedef {object} Fault
 * @property {string} fault what goes wrong
 * @property {string} injected how it is brought about
 * @property {string} promised what holds all the same
 * @property {string} file the test file
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
    injected: 'SIGKILL, 4 workers (KNELL_SEEDS, KNELL_RUNS)',
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
    injected: 'thousands of api_retry lines, 40,000 of plain text',
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
  {
    fault: 'standard output of a tap, or of a command, is full',
    injected: '/dev/full',
    promised: 'told; the agent goes on, output published, exit as the agent',
    file: 'test/cli/tap/tap.test.ts',
    name: 'standard output is full',
  },
  {
    fault: 'npm start is told to end',
    injected: 'SIGTERM',
    promised: 'service and its nats-server end',
    file: 'test/faults/npm-start.test.ts',
  },
  {
    fault: 'service with its own nats-server dies',
    injected: 'SIGKILL',
    promised: 'the nats-server ends too',
    file: 'test/nats/embedded-server.test.ts',
  },
  {
    fault: 'worker stands still for 60 s',
    injected: 'SIGSTOP of the only one, of one of two (KNELL_STILL_S)',
    promised: 'catches up, nothing missing or double',
    file: 'test/faults/workers.test.ts',
    name: 'stands still: what it had',
  },
  {
    fault: 'event loop stalls',
    injected: 'blocked 0.8 of each second, 2 workers',
    promised: 'nothing missing or double',
    file: 'test/faults/workers.test.ts',
    name: 'event loops',
  },
  {
    fault: "workers' own clocks are wrong",
    injected: 'an hour behind, an hour ahead',
    promised: 'server time decides',
    file: 'test/faults/workers.test.ts',
    name: 'clocks are an hour off',
  },
  {
    fault: 'follower is cut off from its cluster',
    injected: 'proxies between the servers, 20 s, a worker at each',
    promised: 'nothing missing or double',
    file: 'test/faults/partition.test.ts',
  },
  {
    fault: 'slow disk',
    injected: 'strace holds each write to the store up by 30 ms',
    promised: 'slower, nothing missing',
    file: 'test/faults/slow-disk.test.ts',
  },
  {
    fault: 'backlog of 24 h',
    injected: '500 MB before any worker (KNELL_BACKLOG_MB)',
    promised: 'one command for each doomed run, bounded memory',
    file: 'test/faults/backlog.test.ts',
    name: 'ordinary heap',
  },
  {
    fault: 'small heap',
    injected: '--max-old-space-size=128, the same backlog',
    promised: 'goes on, nothing missing',
    file: 'test/faults/backlog.test.ts',
    name: 'a heap of',
  },
  {
    fault: 'messages of 22 kinds that can not be handled',
    injected: 'on the subjects of output, lives, acks and records',
    promised: 'rejected; a control run gets its command meanwhile',
    file: 'test/faults/poisoned-messages.test.ts',
  },
  {
    fault: 'two versions together',
    injected: 'a worker built from an older commit (KNELL_OLDER)',
    promised: 'one command a run',
    file: 'test/faults/versions.test.ts',
  },
  {
    fault: 'watch of a bucket ends, or goes deaf',
    injected: 'proxy refuses its consumer, keeps its entries',
    promised: 'opened anew where it stopped',
    file: 'test/nats/store/watch-bucket.test.ts',
  },
  {
    fault: "word that a run's state was stored is lost",
    injected: 'store that answers too late, manual clock',
    promised: 'the run is looked at when it is due',
    file: 'test/pipeline/due/due-worker.test.ts',
    name: 'confirmation lost',
  },
];
