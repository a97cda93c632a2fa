import { expect, it } from 'vitest';
import { jsonSpansIn } from '../../../src/tap/output/json-spans.ts';

const cut = (json: string, spans: readonly { start: number; end: number }[]) =>
  spans.map(({ start, end }) => json.slice(start, end));

it('finds members with their names, containers below the outermost value, and values that are strings', () => {
  const json = '{ "a" : "x\\"y" , "error":{"b":["z"],"c":1}, "":2 }';
  const { members, containers, strings } = jsonSpansIn(json);
  expect(cut(json, members)).toEqual(['"a" : "x\\"y"', '"error":{"b":["z"],"c":1}', '"":2']);
  expect(members.map(({ name }) => name)).toEqual(['a', 'error', '']);
  expect(cut(json, containers)).toEqual(['{"b":["z"],"c":1}']);
  expect(strings.map(({ start, end, tells }) => [json.slice(start, end), tells])).toEqual([
    ['x\\"y', true],
    ['z', true],
  ]);
});

it('says of strings in the payload that they do not tell', () => {
  expect(jsonSpansIn('{"a":{"b":"x"}}').strings.map(({ tells }) => tells)).toEqual([false]);
});

it('has no members for an array, and ends a string behind an even number of backslashes', () => {
  const json = '["a\\\\",["b"]]';
  const { members, containers, strings } = jsonSpansIn(json);
  expect(members).toEqual([]);
  expect(cut(json, containers)).toEqual(['["b"]']);
  expect(cut(json, strings)).toEqual(['a\\\\', 'b']);
});
