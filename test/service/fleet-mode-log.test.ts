import { expect, test, vi } from 'vitest';
import { modeCommand } from '../../src/cli/mode.ts';
import { ensureStreams } from '../../src/nats/ensure-streams.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService, subjects } from '../support/service.ts';

const nats = useNatsServer();
const mode = (wanted: string) => runCommand(modeCommand(), ['mode', wanted], { NATS_URL: nats.server.url });

test('the log has the mode of the fleet once at the start, and once for each change', async () => {
  await mode('shadow');
  const { logger, lines } = recordingLogger();
  const told = () => lines.flatMap(({ msg, mode: name }) => (msg === 'the mode of the fleet' ? [name] : []));
  const service = await startTestService(nats.server.url, rulesFrom('rules: []'), undefined, { log: logger });
  await mode('enforce');
  await vi.waitUntil(() => told().includes('enforce'), { interval: 5, timeout: 120_000 });
  await mode('shadow');
  await vi.waitUntil(() => told().at(-1) === 'shadow', { interval: 5, timeout: 120_000 });
  await service.stop();
  expect(told()).toEqual(['shadow', 'enforce', 'shadow']);
});

test('junk in the place of the mode is told of with what to do, where the mode is asked for, in /readyz and in the log', async () => {
  const { fleet } = await ensureStreams(nats.connection, subjects);
  const { logger, lines } = recordingLogger();
  const service = await startTestService(nats.server.url, rulesFrom('rules: []'), undefined, { log: logger });
  try {
    const readyz = async () => (await fetch(`${service.httpUrl}/readyz`)).text();
    const shown = async () => (await runCommand(modeCommand(), ['mode'], { NATS_URL: nats.server.url })).out;
    await mode('enforce');
    await fleet.put('mode', 'junk');
    // What was said before holds.
    expect(await shown()).toContain("can't be read or is not signed");
    await expect.poll(() => lines.filter(({ msg }) => String(msg).includes("can't be read")).length).toBeGreaterThan(0);
    expect(await readyz()).toBe('ready\n');
    // The bucket keeps so many.
    for (let write = 0; write < 16; write += 1) await fleet.put('mode', 'junk');
    await expect.poll(readyz).toContain('ends no run: set it anew with "knell mode enforce"');
    expect(await shown()).toContain('ends no run: set it anew with "knell mode enforce"');
    await expect.poll(() => lines.some(({ because }) => String(because).includes('set it anew'))).toBe(true);
    await mode('enforce');
    await expect.poll(readyz).toBe('ready\n');
    expect(await shown()).not.toContain('set it anew');
  } finally {
    await service.stop();
  }
});
