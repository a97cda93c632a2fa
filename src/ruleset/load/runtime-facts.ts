import { ownsChannel } from '../../decode/channels.ts';
import { allDecoders, knownRuntimes } from '../../decode/decoders.ts';
import type { LoadOptions } from './load-rules.ts';

/** What the decoders know of runtimes. Rules are checked and compiled with it wherever they are really used. */
export const RUNTIME_FACTS = {
  ownsChannel,
  runtimes: knownRuntimes(),
  errorLiterals: [...new Set(allDecoders().flatMap(({ errorLiterals }) => errorLiterals))],
} satisfies LoadOptions;
