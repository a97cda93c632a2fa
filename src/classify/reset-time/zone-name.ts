import { FixedOffsetZone, IANAZone, type Zone } from 'luxon';

/**
 * Abbreviations that mean one offset wherever programs print them. North America: RFC 5322 section 4.3; the others, and
 * Alaska and Hawaii: the IANA time zone database (https://www.iana.org/time-zones). They are fixed: `PST` in
 * summer is 08:00 behind UTC, an hour late rather than early.
 * Left out because they mean several: CST (America, China, Cuba), IST (India, Israel, Ireland), BST (Britain, Bangladesh).
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  utc: 'utc',
  gmt: 'utc',
  z: 'utc',
  est: 'utc-5',
  edt: 'utc-4',
  cdt: 'utc-5',
  mst: 'utc-7',
  mdt: 'utc-6',
  pst: 'utc-8',
  pdt: 'utc-7',
  akst: 'utc-9',
  akdt: 'utc-8',
  hst: 'utc-10',
  wet: 'utc',
  west: 'utc+1',
  cet: 'utc+1',
  cest: 'utc+2',
  eet: 'utc+2',
  eest: 'utc+3',
  msk: 'utc+3',
  sast: 'utc+2',
  jst: 'utc+9',
  kst: 'utc+9',
  awst: 'utc+8',
  acst: 'utc+9:30',
  acdt: 'utc+10:30',
  aest: 'utc+10',
  aedt: 'utc+11',
  nzst: 'utc+12',
  nzdt: 'utc+13',
};

const OFFSET = /^(?:utc|gmt)?([+-])(\d{1,2}):?([0-5]\d)?$/;

/** No place on earth is further from UTC than this. */
const OFFSET_MAX_HOURS = 14;

/**
 * The zone of a name in any case: an IANA name, an unambiguous abbreviation, or an offset such as `UTC+2` or `-05:30`.
 * `undefined` where it is unknown or could be several.
 */
export function readZone(name: string): Zone | undefined {
  const wanted = name.toLowerCase();
  const [, sign, hours, minutes = '00'] = OFFSET.exec(wanted) ?? [];
  if (hours !== undefined) return Number(hours) > OFFSET_MAX_HOURS ? undefined : fixed(`utc${sign}${hours}:${minutes}`);
  const abbreviated = Object.hasOwn(ABBREVIATIONS, wanted) ? ABBREVIATIONS[wanted] : undefined;
  if (abbreviated !== undefined) return fixed(abbreviated);
  // Node takes three-letter names too, and picks one of their meanings.
  if (wanted.length <= 3 || !IANAZone.isValidZone(wanted)) return undefined;
  return IANAZone.create(wanted);
}

function fixed(specifier: string): Zone | undefined {
  return FixedOffsetZone.parseSpecifier(specifier) ?? undefined;
}
