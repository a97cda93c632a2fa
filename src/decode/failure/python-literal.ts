/**
 * The value of a Python dictionary or list as `repr` prints it: single or double quotes, True, False, None. Keys and
 * values of other types (`<object …>`, tuples) make it unreadable. Undefined where it is none. Never throws.
 */
export function readPythonLiteral(text: string): unknown {
  const json = toJson(text);
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function toJson(text: string): string | undefined {
  let json = '';
  for (let at = 0; at < text.length; ) {
    const char = text[at] as string;
    if (char === "'" || char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return undefined;
      json += JSON.stringify(unescapeString(text.slice(at + 1, end)));
      at = end + 1;
      continue;
    }
    const word = /^(?:True|False|None|undefined)\b/.exec(text.slice(at, at + 12))?.[0];
    if (word) {
      json += word === 'True' ? 'true' : word === 'False' ? 'false' : 'null';
      at += word.length;
      continue;
    }
    // Node's `util.inspect` leaves keys bare: { status: 429, error: 'x' }.
    const key = /^[A-Za-z_$][\w$]*(?=\s*:)/.exec(text.slice(at, at + 80))?.[0];
    if (key && /[{,]\s*$/.test(json.slice(-20))) {
      json += JSON.stringify(key);
      at += key.length;
      continue;
    }
    if (char === ',' && /^,\s*[}\]]/.test(text.slice(at, at + 200))) {
      at += 1;
      continue;
    }
    json += char;
    at += 1;
  }
  return json;
}

function endOfString(text: string, from: number): number | undefined {
  const quote = text[from];
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return undefined;
}

function unescapeString(text: string): string {
  return text.replace(/\\(n|t|r|.)/gs, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}
