/**
 * What to do with a private server that has just come up: lines to paste into another terminal.
 *
 * @param page its address
 * @param store where the data stays; undefined for a temporary folder
 * @param knell how knell is called from here
 */
export function nextSteps(url: string, page: string | undefined, store: string | undefined, knell: string): string {
  const shown = page === undefined ? '' : `The page is at ${page}. `;
  const kept = store === undefined ? 'nothing is kept' : `the data stays in ${store}`;
  return `
knell is up. In another terminal:

  export NATS_URL=${url}
  ${knell} tap --agent builder --execution e1 --obey -- claude -p "fix the build" --output-format stream-json --verbose
  ${knell} watch

${shown}Ctrl-C ends all of it; ${kept}.

`;
}
