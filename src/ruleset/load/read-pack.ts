import type { z } from 'zod';
import { RuleOverrides, RulePack } from '../../contracts/rule-pack.ts';
import { type Finding, hasErrors, sortFindings } from '../findings/finding.ts';
import type { RuleSource } from '../findings/rule-source.ts';
import { readYaml } from './read-yaml.ts';
import { schemaFindings } from './schema-findings.ts';
import { createSchemaGuide } from './schema-keys.ts';

export interface PackRead {
  /** Absent when a finding is an error. */
  readonly pack?: RulePack;
  readonly source: RuleSource;
  readonly findings: readonly Finding[];
}

export interface OverridesRead {
  /** Absent when a finding is an error. */
  readonly overrides?: RuleOverrides;
  readonly source: RuleSource;
  readonly findings: readonly Finding[];
}

const packGuide = createSchemaGuide(RulePack);
const overridesGuide = createSchemaGuide(RuleOverrides);

/**
 * Reads a rules file. Only its shape is checked; `checkPacks` checks what it means. Never throws.
 *
 * @param file how findings name the file, e.g. `rules/claude-code.yaml`
 * @param content its text or bytes; anything over 1 MiB is refused unread
 */
export function readPack(file: string, content: string | Uint8Array): PackRead {
  const { value, ...rest } = read(RulePack, packGuide, file, content);
  return value ? { pack: value, ...rest } : rest;
}

/** Reads `overrides.yaml` in the same way. */
export function readOverrides(file: string, content: string | Uint8Array): OverridesRead {
  const { value, ...rest } = read(RuleOverrides, overridesGuide, file, content);
  return value ? { overrides: value, ...rest } : rest;
}

function read<T extends z.ZodType>(
  schema: T,
  guide: ReturnType<typeof createSchemaGuide>,
  file: string,
  content: string | Uint8Array,
): { value?: z.output<T>; source: RuleSource; findings: readonly Finding[] } {
  const { source, value, findings } = readYaml(file, content);
  if (value === undefined) return { source, findings };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    return { source, findings: sortFindings([...findings, ...schemaFindings(parsed.error, value, source, guide)]) };
  }
  return hasErrors(findings) ? { source, findings } : { value: parsed.data, source, findings };
}
