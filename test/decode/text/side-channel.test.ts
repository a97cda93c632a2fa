import { expect, it } from 'vitest';
import { isSideChannel } from '../../../src/decode/text/side-channel.ts';

it.each([
  'telemetry export failed',
  'Failed to check for updates: ETIMEDOUT',
  'failed to refresh available models',
  'failed to fetch model list',
  'failed to load the plugin marketplace',
  'Keyring not available',
  'timed out waiting for background tasks',
  'Input is not a terminal (fd=0)',
  'request to https://lane.test/a: telemetry failed',
])('%s runs beside the agent', (line) => {
  expect(isSideChannel(line)).toBe(true);
});

it.each([
  'not authorized for AWS Marketplace (aws-marketplace:Subscribe)',
  'Failed to load models: access denied',
  'Error: Failed to fetch models: no route',
  'request failed',
  'Configuration is invalid at /srv/telemetry/lane/opencode.json',
])('%s is its own', (line) => {
  expect(isSideChannel(line)).toBe(false);
});
