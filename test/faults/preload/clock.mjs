// The host's clock is off by SHIFT_MS: from the start, or once the process gets the signal SHIFT_ON.
import { writeSync } from 'node:fs';

const { SHIFT_MS, SHIFT_ON } = process.env;
let shiftMs = SHIFT_ON ? 0 : Number(SHIFT_MS);
if (SHIFT_ON)
  process.once(SHIFT_ON, () => {
    shiftMs = Number(SHIFT_MS);
    writeSync(2, 'the clock was set\n');
  });
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }
  static now() {
    return RealDate.now() + shiftMs;
  }
};
