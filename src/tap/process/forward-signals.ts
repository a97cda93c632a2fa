import type { EventEmitter } from 'node:events';
import type { AgentProcess } from './agent-process.ts';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Signals that the tap gets and its agent is to have. */
export interface SignalForwarding {
  /** From now on signals go to this agent; those that came before do so at once. */
  to(agent: AgentProcess): void;
  /** Settles when a signal comes after the agent's end: its sender wants the tap to be quick. */
  readonly hurried: Promise<void>;
  /** Says the same as such a signal. */
  hurry(): void;
  stop(): void;
}

/**
 * Passes the signals that end a program on to the agent; they no longer end this process, until it is stopped.
 *
 * @param signals emits them: `process`
 * @param forwarded called with each signal that goes on to a living agent, before it does
 */
export function forwardSignals(signals: EventEmitter, forwarded: () => void): SignalForwarding {
  let agent: AgentProcess | undefined;
  const early: NodeJS.Signals[] = [];
  let hurry: () => void = () => undefined;
  const hurried = new Promise<void>((resolve) => {
    hurry = resolve;
  });
  const pass = (to: AgentProcess, signal: NodeJS.Signals) => {
    forwarded();
    to.signal(signal);
  };
  const handlers = FORWARDED.map((signal) => {
    const handler = () => {
      if (!agent) early.push(signal);
      else if (agent.exit === undefined) pass(agent, signal);
      else hurry();
    };
    signals.on(signal, handler);
    return () => signals.off(signal, handler);
  });
  return {
    to(started) {
      agent = started;
      for (const signal of early) pass(started, signal);
    },
    hurried,
    hurry: () => hurry(),
    stop() {
      for (const remove of handlers) remove();
    },
  };
}
