/** One reading, at so many seconds since the soak began. */
export interface Point {
  readonly s: number;
  readonly value: number;
}

/** What was read of one process from its start to its end: a worker that is started again begins a new life. */
export interface Life {
  readonly who: string;
  readonly points: readonly Point[];
}

/** All readings of one kind. */
export interface Series {
  readonly title: string;
  readonly unit: string;
  readonly lives: readonly Life[];
  /** Drawn on a logarithmic scale. */
  readonly isLog?: boolean;
}

/** Collects readings by kind, by who, and by life. */
export function createSeries(title: string, unit: string, more: Pick<Series, 'isLog'> = {}) {
  const lives = new Map<string, { who: string; points: Point[] }>();
  return {
    /** @param life which start of `who` it was */
    add(who: string, life: number, s: number, value: number): void {
      if (!Number.isFinite(value)) return;
      const key = `${who} ${life}`;
      const one = lives.get(key) ?? { who, points: [] };
      one.points.push({ s, value });
      lives.set(key, one);
    },
    read: (): Series => ({ title, unit, lives: [...lives.values()], ...more }),
  };
}
