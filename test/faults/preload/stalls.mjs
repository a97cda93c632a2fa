// The event loop stands still for most of each second, as on a machine under ten times the load it can bear.
const [BLOCKED_MS, EVERY_MS] = [800, 1_000];
process.stderr.write('the event loop will stand still\n');
setInterval(() => {
  for (const untilMs = performance.now() + BLOCKED_MS; performance.now() < untilMs; );
}, EVERY_MS).unref();
