import { coloursFor } from '../cli/terminal/colour.ts';

/** Prints what happens as it happens: seconds since the start, who, what. */
export function createTimeline(out: NodeJS.WriteStream) {
  const colours = coloursFor(out);
  const startedMs = performance.now();
  const paints = [colours.cyan, colours.magenta, colours.blue, colours.green, colours.yellow];
  const paintOf = new Map<string, (text: string) => string>();
  const line = (who: string, text: string): void => {
    const paint = paintOf.get(who) ?? paints[paintOf.size % paints.length] ?? String;
    paintOf.set(who, paint);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2).padStart(6);
    out.write(`${colours.dim(`${seconds} s`)}  ${paint(who.padEnd(8))} ${text}\n`);
  };
  return {
    colours,
    says: (who: string, text: string) => line(who, colours.dim(`says   ${text}`)),
    decides: (who: string, text: string) => line(who, `${colours.bold(colours.red('knell'))}  ${text}`),
    asks: (who: string, text: string) => line(who, `${colours.bold('asks')}   ${text}`),
    ends: (who: string, text: string) => line(who, `${colours.bold('ended')}  ${text}`),
    plain: (text: string) => out.write(`${text}\n`),
  };
}
