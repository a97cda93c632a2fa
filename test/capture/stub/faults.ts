import { anthropicFault } from './anthropic-faults.ts';
import type { Dialect, Fault, FaultContext, FaultResponse } from './fault.ts';
import { googleFault } from './google-faults.ts';
import { openaiFault } from './openai-faults.ts';

/** The response with which a provider of this dialect tells of a fault. */
export function faultResponse(dialect: Dialect, fault: Fault, context: FaultContext): FaultResponse {
  if (dialect === 'anthropic') return anthropicFault(fault, context);
  return dialect === 'openai' ? openaiFault(fault, context) : googleFault(fault, context);
}
