import { describe, expect, it } from 'vitest';
import { parseServers, withoutLogin } from '../../src/login/server-address.ts';

describe('server addresses', () => {
  it.each([
    ['nats://h', { servers: ['h:4222'], tls: false }],
    ['h:1, nats://[::1]:2', { servers: ['h:1', '[::1]:2'], tls: false }],
    ['nats://u:p%40ss%2F%25@h:1', { servers: ['h:1'], user: 'u', password: 'p@ss/%', tls: false }],
    ['nats://token@h', { servers: ['h:4222'], token: 'token', tls: false }],
    ['nats://u:p@a,nats://v:q@b', { servers: ['a:4222', 'b:4222'], user: 'u', password: 'p', tls: false }],
    ['tls://h', { servers: ['h:4222'], tls: true }],
  ])('are read: %s', (address, expected) => {
    expect(parseServers(address)).toEqual(expected);
  });

  it.each([
    ['', /is no NATS server: write it as nats:\/\/host:4222/],
    ['http://h', /is no NATS server/],
    ['nats://', /is no NATS server/],
    ['nats://u:secret@', /is no NATS server/],
    ['nats://u:sec@ret%@h', /is not|are not percent-encoded/],
    ['http://u:secret@h', /"http:\/\/h" is no NATS server/],
  ])('are refused without repeating a password: %j', (address, reason) => {
    expect(() => parseServers(address)).toThrow(reason);
    expect(() => parseServers(address)).not.toThrow(/sec/);
  });

  it('are shown without who logs in', () => {
    expect(withoutLogin('nats://u:p@a:1,token@b, c:3')).toBe('nats://a:1, b, c:3');
  });
});
