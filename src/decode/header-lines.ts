/**
 * What clients print when they start, before their model has said a word, on channels that they share with it. Seen from
 * the named versions; a warning of Node, npm or Python may come from any of them.
 */
const ANY: readonly RegExp[] = [
  /^(?:\[?(?:warn(?:ing)?|notice|info|debug)\]?)\b/i,
  /^npm (?:warn|notice)\b/i,
  /^\(node:\d+\) /,
  /^\(Use `node --trace-/,
  /^-{4,}$/,
];

const BY_RUNTIME: Readonly<Record<string, readonly RegExp[]>> = {
  // 0.171.0
  codex: [
    /^OpenAI Codex v\S+/,
    /^(?:workdir|model|provider|approval|sandbox|reasoning effort|reasoning summaries|session id): /,
    /^Reading (?:additional input|prompt) from stdin\.\.\.$/,
    /^mcp startup: /,
  ],
  // 0.61.0
  gemini: [
    /^YOLO mode is enabled\./,
    /^Ripgrep is not available\./,
    /^Loaded cached credentials\.$/,
    /^Data collection is disabled\.$/,
  ],
  // 0.15.10
  'qwen-code': [/^YOLO mode is enabled\./, /^Ripgrep is not available\./, /^Loaded cached Qwen credentials\.$/],
  // 1.18.33
  opencode: [/^> \S+ · \S+/],
  kilo: [/^> \S+ · \S+/],
  aider: [
    /^(?:Aider v\d|Main model: |Weak model: |Editor model: |Git repo: |Repo-map: |Model: |Added .* to the chat\.$)/,
  ],
  openhands: [/^\d\d:\d\d:\d\d - openhands:(?:INFO|DEBUG|WARNING): /],
  goose: [/^starting session \|/, /^ *(?:session id|logging to|working directory): /],
};

/**
 * Whether a line of plain text belongs to what a runtime prints when it starts.
 *
 * @param text normalised, see `normalise-text.ts`
 */
export function isHeaderLine(runtime: string, text: string): boolean {
  const own = Object.hasOwn(BY_RUNTIME, runtime) ? (BY_RUNTIME[runtime] ?? []) : [];
  return [...ANY, ...own].some((pattern) => pattern.test(text));
}
