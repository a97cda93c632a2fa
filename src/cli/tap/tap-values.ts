import { InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../../contracts/duration.ts';
import { Attempt, Token } from '../../contracts/run.ts';

/*
 * How `knell tap` reads the values of its options. Each throws InvalidArgumentError, which says what fits.
 */

export function token(value: string): string {
  if (!Token.safeParse(value).success) {
    throw new InvalidArgumentError('Use 1 to 128 letters, digits, _ and -: it becomes part of a NATS subject.');
  }
  return value;
}

export function attempt(value: string): number {
  const parsed = Attempt.safeParse(Number(value));
  if (!parsed.success || !/^[0-9]+$/.test(value)) throw new InvalidArgumentError('Use a whole number from 1.');
  return parsed.data;
}

export function headerValue(value: string): string {
  if (!/^[^\u0000-\u001f\u007f]{1,256}$/.test(value) || value.trim() !== value) {
    throw new InvalidArgumentError('Use 1 to 256 characters without control characters or spaces around them.');
  }
  return value;
}

export function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0 && Number.isFinite(number))) throw new InvalidArgumentError('Use a number of seconds above 0.');
  return number;
}

export function megabytes(value: string): number {
  const number = Number(value);
  if (!/^[0-9]+(\.[0-9]+)?$/.test(value) || number > 1_048_576) {
    throw new InvalidArgumentError('Use a number of megabytes from 0.');
  }
  return number;
}

export function time(flags: string, description: string, usual: string): Option {
  return new Option(flags, description).argParser(duration).default(durationMs(usual), usual);
}

function duration(value: string): number {
  try {
    return durationMs(value);
  } catch {
    throw new InvalidArgumentError('Use a whole number and a unit, such as 500ms, 5s or 2m.');
  }
}
