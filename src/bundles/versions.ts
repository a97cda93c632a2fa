/** How large a step from one semantic version to another is. */
export type VersionStep = 'none' | 'patch' | 'minor' | 'major';

/** From the smallest to the largest. */
const STEPS: readonly VersionStep[] = ['none', 'patch', 'minor', 'major'];

/** Negative where `a` is older than `b`, as for sorting. Both are plain versions such as `1.0.0`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (const index of [0, 1, 2]) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The step from one version to a newer one; `none` where it is not newer. */
export function stepBetween(from: string, to: string): VersionStep {
  if (compareVersions(from, to) >= 0) return 'none';
  const [left, right] = [from, to].map((version) => version.split('.'));
  if (left?.[0] !== right?.[0]) return 'major';
  return left?.[1] === right?.[1] ? 'patch' : 'minor';
}

/** The larger of the steps; `none` of none. */
export function largestStep(steps: readonly VersionStep[]): VersionStep {
  return STEPS[Math.max(0, ...steps.map((step) => STEPS.indexOf(step)))] as VersionStep;
}

/** Whether a step is smaller than the one that is asked for. */
export function isSmaller(step: VersionStep, wanted: VersionStep): boolean {
  return STEPS.indexOf(step) < STEPS.indexOf(wanted);
}
