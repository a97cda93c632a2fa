import type { CarriedLine, Carrier } from './carrier.ts';
import { createPartialJoiner } from './join-partials.ts';

/** Takes off stored lines what carriers have put around them, line by line. */
export interface Unwrapper {
  push(stored: Buffer): CarriedLine[];
  /** Pieces of lines whose end never came. */
  end(): CarriedLine[];
  /** How many lines that are not blank were passed on as they stood, because a carrier had not written them. */
  readonly unopened: number;
}

/** @param carriers the outermost first; none: lines are passed on as they are */
export function createUnwrapper(carriers: readonly Carrier[]): Unwrapper {
  const layers = carriers.map((carrier) => ({ carrier, joiner: createPartialJoiner() }));
  let unopened = 0;

  function through(line: CarriedLine, from: number): CarriedLine[] {
    const layer = layers[from];
    if (!layer) return [line];
    const opened = layer.carrier.open(line.raw);
    if (!opened) {
      if (!isBlank(line.raw)) unopened += 1;
      return through(line, from + 1);
    }
    return opened.flatMap((inner) => {
      // What stands nearest to the program knows best where and when it was printed.
      const whole = layer.joiner.add({ ...line, ...inner });
      return whole ? through(whole, from + 1) : [];
    });
  }

  return {
    push: (stored) => through({ raw: stored }, 0),
    end: () => layers.flatMap(({ joiner }, index) => joiner.end().flatMap((line) => through(line, index + 1))),
    get unopened() {
      return unopened;
    },
  };
}

export function isBlank(raw: Buffer): boolean {
  return raw.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
}
