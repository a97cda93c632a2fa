import { type LineShape, shapeLine } from '../../../src/decode/text/line-shape.ts';

/** The shapes of some lines of text. */
export function shapesOf(text: string): LineShape[] {
  return text.split('\n').map(shapeLine);
}
