#!/usr/bin/env node
import { keepCompiledCode } from './cli/compiled-code.ts';

// Before anything else is loaded: only what comes later is kept.
keepCompiledCode();
void import('./cli/run-command-line.ts').then(({ runCommandLine }) => runCommandLine(process.argv));
