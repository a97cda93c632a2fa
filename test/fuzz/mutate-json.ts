type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const VALUES: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  401,
  1e308,
  '',
  'error',
  '401',
  '{"error":{"message":"x"}}',
  [],
  {},
  [[]],
];

/**
 * The same JSON with one value in it changed, left out, or put in from another; undefined where `bytes` is none. A byte
 * before it stays: some targets choose by it.
 *
 * @param random numbers from 0 to below 1
 */
export function mutateJson(bytes: Buffer, other: Buffer, random: () => number): Buffer | undefined {
  const start = /^[[{]/.test(bytes.toString('latin1', 0, 1)) ? 0 : 1;
  const [value, donor] = [parse(bytes.subarray(start)), parse(other) ?? parse(other.subarray(1))];
  if (typeof value !== 'object' || value === null) return undefined;
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const places = placesIn(value);
  if (places.length === 0) return undefined;
  const { parent, key } = pick(places);
  const more =
    typeof donor === 'object' && donor !== null ? placesIn(donor).map((place) => place.parent[place.key]) : [];
  const put = random() < 0.4 && more.length > 0 ? pick(more) : pick(VALUES);
  const what = random();
  if (what < 0.2) delete parent[key];
  else if (what < 0.4) parent[pick(places).key] = put;
  else parent[key] = put;
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(JSON.stringify(value))]);
}

interface Place {
  readonly parent: Record<string, Json | undefined>;
  readonly key: string;
}

function placesIn(value: Json | undefined): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, Json | undefined>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])]);
}

function parse(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}
