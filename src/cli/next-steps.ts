/**
 * What to do with a private server that has just come up: lines to paste into another terminal.
 *
 * @param http where the page is, `HOST:PORT`
 * @param store where the data stays; undefined for a temporary folder
 * @param knell how knell is called from here
 */
export function nextSteps(url: string, http: string | undefined, store: string | undefined, knell: string): string {
  const page = http === undefined ? '' : `The page is at http://${http.startsWith(':') ? `127.0.0.1${http}` : http}. `;
  const kept = store === undefined ? 'nothing is kept' : `the data stays in ${store}`;
  return `
knell is up. In another terminal:

  export NATS_URL=${url}
  ${knell} tap --agent builder --execution e1 --obey -- claude -p "fix the build" --output-format stream-json --verbose
  ${knell} watch

${page}Ctrl-C ends all of it; ${kept}.

`;
}
