#!/usr/bin/env node
import { cacheCompiledCode } from './cli/compile-cache.ts';

// Before anything else is loaded: only what comes later is kept.
cacheCompiledCode();
const { runCommandLine } = await import('./cli/run-command-line.ts');
await runCommandLine(process.argv);
