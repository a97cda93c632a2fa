import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page as it is sent. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** The same, gzipped. */
  readonly gzipped: Buffer;
  /** Its name changes with what is in it. */
  readonly isHashed: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/**
 * The files that the build made of the page, by their paths under `/`; read once. Nothing that is asked for becomes a path of
 * the file system. Empty where the page was not built.
 */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return files;
  }
  for (const name of names) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type === undefined) continue;
    const bytes = readFileSync(join(folder, name));
    const path = `/${name.replaceAll('\\', '/')}`;
    files.set(path, { type, bytes, gzipped: gzipSync(bytes, { level: 9 }), isHashed: path.startsWith('/assets/') });
  }
  return files;
}

/** The views' addresses: all are the same file, and the page shows what the address says. */
export function isPageAddress(path: string): boolean {
  return /^\/(?:runs(?:\/[A-Za-z0-9_.-]{1,300})?|subscriptions|rules|drift|workbench)?$/.test(path);
}
