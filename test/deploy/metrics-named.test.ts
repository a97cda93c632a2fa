import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Service } from '../../src/service/service.ts';
import { useNatsServer } from '../support/nats.ts';
import { rulesFrom } from '../support/rules.ts';
import { startTestService } from '../support/service.ts';

const nats = useNatsServer();
let service: Service;
let known: ReadonlySet<string>;
beforeAll(async () => {
  service = await startTestService(nats.server.url, rulesFrom('rules: []'));
  const text = await (await fetch(`${service.httpUrl}/metrics`)).text();
  known = new Set(
    [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name, kind]) =>
      kind === 'histogram' ? [`${name}_bucket`] : [`${name}`],
    ),
  );
});
afterAll(() => service.stop());

it.each(['deploy/prometheus/knell-alerts.yaml', 'deploy/grafana/knell.json'])(
  '%s asks for metrics that there are',
  (file) => {
    const named = [...new Set(readFileSync(file, 'utf8').match(/\b(?:knell|process)_[a-z_]+\b(?=[{[) ]|")/g))];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name) && !/^knell_(?:fluentd|workers)$/.test(name))).toEqual([]);
  },
);
