/** A stretch of a line of JSON, in bytes. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  /** It tells what happened: a top-level value, or anything under a top-level `error` or `errors`. */
  readonly tells: boolean;
}

export interface JsonSpans {
  /** Values that are strings, without their quotes. */
  readonly strings: readonly JsonSpan[];
  /** Objects and arrays that are the values of top-level members, or items, with their brackets. */
  readonly containers: readonly JsonSpan[];
  /** Members of the outermost object, from the quote of the name to the end of the value. */
  readonly members: readonly (JsonSpan & { readonly name: string })[];
}

/**
 * Where strings, containers and members stand in a text, in one pass.
 *
 * @param json valid JSON, a byte a character (Latin-1)
 */
export function jsonSpansIn(json: string): JsonSpans {
  const strings: JsonSpan[] = [];
  const containers: JsonSpan[] = [];
  const members: (JsonSpan & { readonly name: string })[] = [];
  const isObject = json.trimStart().startsWith('{');
  let depth = 0;
  let member: { readonly name: string; readonly start: number } | undefined;
  /** Whether the next string is the name of a member. */
  let isName = false;
  const objects: boolean[] = [];
  let opened = 0;
  const tells = () => member?.name === 'error' || member?.name === 'errors';
  const endMember = (at: number): void => {
    if (member) members.push({ ...member, end: json.slice(0, at).trimEnd().length, tells: tells() });
    member = undefined;
  };
  const token = /["{}[\],]/g;
  for (let found = token.exec(json); found; found = token.exec(json)) {
    const at = found.index;
    switch (found[0]) {
      case '"': {
        const end = stringEnd(json, at + 1);
        token.lastIndex = end + 1;
        if (!isName) strings.push({ start: at + 1, end, tells: depth <= 1 || tells() });
        else if (depth === 1) member = { name: json.slice(at + 1, end), start: at };
        isName = false;
        break;
      }
      case ',':
        if (depth === 1) endMember(at);
        isName = objects.at(-1) === true;
        break;
      case '{':
      case '[':
        depth += 1;
        objects.push(found[0] === '{');
        isName = found[0] === '{';
        if (depth === 2) opened = at;
        break;
      default:
        if (depth === 2) containers.push({ start: opened, end: at + 1, tells: tells() });
        if (depth === 1) endMember(at);
        depth -= 1;
        objects.pop();
        isName = false;
    }
  }
  return { strings, containers, members: isObject ? members : [] };
}

/** The place of the quote that closes a string: the first behind an even number of backslashes. */
function stringEnd(json: string, from: number): number {
  for (let end = json.indexOf('"', from); ; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end;
  }
}
