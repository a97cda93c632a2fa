import { type LineShape, shapeLine } from './line-shape.ts';

/** A line that is taken apart when it is first asked about: of most only their place counts. */
export function shapeLater(raw: string, isMute = false): LineShape {
  return new LateShape(raw, isMute) as LineShape;
}

class LateShape implements Record<keyof LineShape, unknown> {
  readonly raw: string;
  readonly isMute: boolean;
  readonly answers: unknown[] = [];
  private made: LineShape | undefined;

  constructor(raw: string, isMute: boolean) {
    this.raw = raw;
    this.isMute = isMute;
  }

  private get shape(): LineShape {
    this.made ??= shapeLine(this.raw);
    return this.made;
  }

  get text() {
    return this.shape.text;
  }

  get body() {
    return this.shape.body;
  }

  get indent() {
    return this.shape.indent;
  }

  get glyph() {
    return this.shape.glyph;
  }

  get stamped() {
    return this.shape.stamped;
  }

  get level() {
    return this.shape.level;
  }

  get logger() {
    return this.shape.logger;
  }

  get source() {
    return this.shape.source;
  }
}
