import { type KnownLine, knownLine } from './known-lines.ts';
import type { LineShape } from './line-shape.ts';

/** A line that is taken apart when it is first asked about: of most only their place counts. */
export function shapeLater(read: () => string, isMute = false): LineShape {
  return new LateShape(read, isMute) as LineShape;
}

class LateShape implements Record<keyof LineShape, unknown> {
  readonly isMute: boolean;
  private readonly read: () => string;
  private made: KnownLine | undefined;

  constructor(read: () => string, isMute: boolean) {
    this.read = read;
    this.isMute = isMute;
  }

  private get line(): KnownLine {
    this.made ??= knownLine(this.read(), this.isMute);
    return this.made;
  }

  get raw() {
    return this.line.shape.raw;
  }

  get answers() {
    return this.line.answers;
  }

  get text() {
    return this.line.shape.text;
  }

  get body() {
    return this.line.shape.body;
  }

  get indent() {
    return this.line.shape.indent;
  }

  get glyph() {
    return this.line.shape.glyph;
  }

  get stamped() {
    return this.line.shape.stamped;
  }

  get level() {
    return this.line.shape.level;
  }

  get logger() {
    return this.line.shape.logger;
  }

  get source() {
    return this.line.shape.source;
  }
}
