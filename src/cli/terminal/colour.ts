import pc from 'picocolors';

/**
 * Whether to colour what goes to a stream: on a terminal, unless NO_COLOR is set (https://no-color.org),
 * or wherever FORCE_COLOR asks for it.
 */
export function useColour(stream: { readonly isTTY?: boolean }): boolean {
  if (process.env.NO_COLOR) return false;
  return Boolean(process.env.FORCE_COLOR) || stream.isTTY === true;
}

export function coloursFor(stream: { readonly isTTY?: boolean }) {
  return pc.createColors(useColour(stream));
}
