import { hostname } from 'node:os';
import { dirname } from 'node:path';

export interface ScrubberOptions {
  /** Folders of this machine → what they are called in a transcript. */
  readonly folders: Readonly<Record<string, string>>;
  /** The stub's port on the loopback interface. */
  readonly providerPort?: number;
  /** Left out: this machine's. */
  readonly hostName?: string;
}

/** The name of the provider in transcripts (RFC 2606 keeps `example.com` for such uses). */
export const NEUTRAL_PROVIDER = 'llm.example.com';
export const NEUTRAL_HOST = 'build-host';

/**
 * Makes a function that takes this machine out of a line: its folders, also where a program turned one into a
 * file name by writing `-` for `/`, its host name, the stub's address, and one-time login codes. Everything else stays as printed.
 */
export function createScrubber(options: ScrubberOptions): (line: string) => string {
  const { folders, providerPort, hostName = hostname() } = options;
  // What a client makes up for one login is of no use to anybody, and looks like a secret.
  const swaps: [RegExp, string][] = [[/(?<=[?&]authToken=)[A-Za-z0-9_-]+/g, 'one-time-code']];
  // A longer folder first, so that a folder inside another one gets its own name.
  const named = Object.entries({ [dirname(process.execPath)]: '/usr/bin', ...folders });
  for (const [folder, neutral] of named.sort(([a], [b]) => b.length - a.length)) {
    swaps.push([new RegExp(`${escapeText(folder)}(?![A-Za-z0-9_])`, 'g'), neutral]);
    const slug = folder.replace(/[^A-Za-z0-9]/g, '-');
    swaps.push([new RegExp(`${escapeText(slug)}(?![A-Za-z0-9])`, 'g'), neutral.replace(/[^A-Za-z0-9]/g, '-')]);
  }
  if (providerPort !== undefined) {
    const address = `(?:127\\.0\\.0\\.1|localhost):${providerPort}(?![0-9])`;
    swaps.push([new RegExp(`http://${address}`, 'g'), `https://${NEUTRAL_PROVIDER}`]);
    swaps.push([new RegExp(address, 'g'), NEUTRAL_PROVIDER]);
  }
  // A short host name such as `ci` would also be found inside words that mean something else.
  if (hostName.length >= 4 && hostName !== 'localhost') {
    swaps.push([new RegExp(`(?<![A-Za-z0-9-])${escapeText(hostName)}(?![A-Za-z0-9-])`, 'g'), NEUTRAL_HOST]);
  }
  return (line) => swaps.reduce((text, [from, to]) => text.replace(from, () => to), line);
}

/** A pattern that matches this text and nothing else. */
export function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
