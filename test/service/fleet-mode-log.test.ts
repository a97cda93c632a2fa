import { expect, test, vi } from 'vitest';
import { modeCommand } from '../../src/cli/mode.ts';
import { runCommand } from '../support/command.ts';
import { useNatsServer } from '../support/nats.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';

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
