import { isUtf8 } from 'node:buffer';
import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import type { Finding } from '../findings/finding.ts';
import { type RuleSource, unwritten } from '../findings/rule-source.ts';
import { inspectYaml } from './inspect-yaml.ts';
import { createYamlSource, placeOf } from './yaml-source.ts';

/** The largest file that is read at all, in bytes. */
export const MAX_FILE_BYTES = 1024 * 1024;
/** Rules need ten levels. Far deeper nesting brings V8 down inside the parser, beyond any `catch`. */
const MAX_DEPTH = 64;
/** A small rule has a hundred, so this is some two thousand rules: what can be read in well under a second. */
const MAX_LEXEMES = 250_000;
const MAX_SYNTAX_FINDINGS = 20;

export interface YamlRead {
  readonly source: RuleSource;
  /** Absent when the file could not be understood; then there is at least one finding that says why. */
  readonly value?: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Reads one YAML 1.2 document as plain data: no anchors, no aliases, no tags, no duplicate keys, keys are strings.
 * Never throws, whatever the bytes are, and takes less than two seconds on any of them.
 *
 * @param file how findings name the file
 */
export function readYaml(file: string, content: string | Uint8Array): YamlRead {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  const refuse = (code: string, message: string, hint: string, line = 1, column = 1): YamlRead => ({
    source: unwritten(file),
    findings: [{ code, level: 'error', file, line, column, message, hint }],
  });
  if (bytes.length > MAX_FILE_BYTES) {
    return refuse('file-too-large', 'The file is larger than 1 MiB.', 'Split it into several packs.');
  }
  if (!isUtf8(bytes)) {
    const hint = 'Save the file as UTF-8 (without UTF-16 or Latin-1 characters).';
    return refuse('file-not-utf8', 'The file is not UTF-8.', hint, lineOfBadByte(bytes));
  }
  const text = new TextDecoder('utf-8').decode(bytes);
  const lines = new LineCounter();
  const scan = scanTokens(text, lines);
  if ('refusal' in scan) {
    const { line, column } = placeOf(lines, scan.offset);
    return refuse(...scan.refusal, line, column);
  }
  const document = compose(scan.tokens, text.length);
  const syntax = [...document.errors, ...document.warnings].slice(0, MAX_SYNTAX_FINDINGS);
  const source = createYamlSource(file, document, lines);
  if (syntax.length > 0) {
    const findings = syntax.map(
      ({ pos, message }): Finding => ({
        code: 'yaml-syntax',
        level: 'error',
        file,
        ...placeOf(lines, pos[0]),
        message: message.length > 200 ? `${message.slice(0, 200)}…` : message,
        hint: 'Mind the indentation, and put text with special characters between single quotes.',
      }),
    );
    return { source, findings };
  }
  return { source, ...inspectYaml(file, document, lines) };
}

type Refusal = readonly [code: string, message: string, hint: string];
type Scan = { readonly tokens: CST.Token[] } | { readonly refusal: Refusal; readonly offset: number };

/** Goes through the text once without recursion, so that nothing deep or endless ever reaches the composer. */
function scanTokens(text: string, lines: LineCounter): Scan {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  const documents: number[] = [];
  const refuse = (refusal: Refusal, offset = Math.min(parser.offset, text.length)): Scan => ({ refusal, offset });
  const take = (made: Iterable<CST.Token>) => {
    for (const token of made) {
      if (token.type === 'document') documents.push(token.offset);
      tokens.push(token);
    }
  };
  for (const lexeme of new Lexer().lex(text)) {
    take(parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH) {
      return refuse(['yaml-too-deep', 'The file is nested too deeply.', 'Rules need no more than ten levels.']);
    }
    if (++lexemes > MAX_LEXEMES) {
      return refuse(['yaml-too-much', 'The file holds too many separate pieces.', 'Split it into several packs.']);
    }
  }
  take(parser.end());
  if (documents.length > 1) {
    const hint = 'Write one pack a file; remove the `---` between them.';
    return refuse(['yaml-several-documents', 'The file holds several YAML documents.', hint], documents[1]);
  }
  return { tokens };
}

function compose(tokens: readonly CST.Token[], length: number): Document.Parsed {
  const composer = new Composer({
    version: '1.2',
    stringKeys: true,
    resolveKnownTags: false,
    // Its own check compares each key with each; inspectYaml does it in one go.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  for (const document of composer.compose(tokens, true, length)) return document;
  throw new Error('the YAML composer gave no document although forceDoc is set');
}

function lineOfBadByte(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed + 1;
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end;
  }
  return 1;
}
