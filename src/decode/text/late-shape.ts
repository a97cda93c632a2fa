import { type LineShape, shapeLine } from './line-shape.ts';

/** A line that is taken apart when it is first asked about: of most only their place counts. */
export function shapeLater(read: () => string, isMute = false): LineShape {
  return new LateShape(read, isMute) as LineShape;
}

class LateShape implements Record<keyof LineShape, unknown> {
  readonly isMute: boolean;
  private readonly read: () => string;
  private made: LineShape | undefined;
  private known: unknown[] | undefined;

  constructor(read: () => string, isMute: boolean) {
    this.read = read;
    this.isMute = isMute;
  }

  private get shape(): LineShape {
    this.made ??= shapeLine(this.read());
    return this.made;
  }

  get raw() {
    return this.shape.raw;
  }

  get answers() {
    this.known ??= [];
    return this.known;
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
