import { describe, expect, it } from 'vitest';
import { URL_SECRETS } from '../../../src/decode/redact/urls.ts';
import { hideAll } from './hide-all.ts';

describe('URL_SECRETS', () => {
  it.each([
    ['postgres://ann:zebra99@db.example/x', 'postgres://[redacted]@db.example/x'],
    ['https://zebra99@git.example/x', 'https://[redacted]@git.example/x'],
    ['https://a.example/?page=2&access_token=zebra99&x=1', 'https://a.example/?page=2&access_token=[redacted]&x=1'],
    ['https://a.example/#sig=zebra99', 'https://a.example/#sig=[redacted]'],
    ['https://hooks.slack.com/services/T0/B0/zebra', 'https://hooks.slack.com/services/[redacted]'],
    ['https://chat.example/hooks/abcdefghij0123456789', 'https://chat.example/hooks/[redacted]'],
    ['https://a.example/?q=abcdefghijkl0123456789abcd', 'https://a.example/?q=[redacted]'],
  ])('%s', (text, hidden) => {
    expect(hideAll(URL_SECRETS, text)).toBe(hidden);
  });

  it.each([
    'https://a.example/?page=2&sort=name',
    'https://a.example/?q=abcdefghijklmnopqrstuvwxyz',
    'https://a.example:8080/hooks/short',
    'ann@a.example',
  ])('leaves %s', (text) => {
    expect(hideAll(URL_SECRETS, text)).toBe(text);
  });
});
