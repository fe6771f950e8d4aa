/** The figures of a rehearsal, as `window24 rehearse --json` prints them. */
export interface RehearsalReport {
  readonly journey: string;
  readonly runs: number;
  readonly completed: number;
  /** Time a person stands waiting for the machine in one visit, milliseconds. */
  readonly machineWaitMs: { readonly p50: number; readonly p95: number };
  readonly effects: {
    readonly planned: number;
    readonly confirmed: number;
    readonly failed: number;
    readonly inDoubt: number;
    readonly unfinished: number;
  };
  readonly centre: { readonly received: number; readonly duplicates: number; readonly lost: number };
  readonly killed: number;
  /** Screens at which the terminal was killed, with how often. */
  readonly killedAt: Readonly<Record<string, number>>;
  readonly clearTextFound: number;
  /** Files looked through for planted texts. */
  readonly filesSearched: number;
  readonly troubles: readonly string[];
}

/** Nearest-rank percentile; 0 of nothing. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0);
}

/** Whether everything promised was kept. */
export function isClean(report: RehearsalReport): boolean {
  const { effects, centre } = report;
  const settled = effects.unfinished === 0 && (report.killed > 0 || effects.inDoubt === 0);
  return (
    report.completed === report.runs &&
    centre.duplicates === 0 &&
    centre.lost === 0 &&
    settled &&
    report.clearTextFound === 0
  );
}

/** The report for a person. */
export function describeReport(report: RehearsalReport): string {
  const { effects, centre } = report;
  const lines = [
    `${report.journey}: ${report.completed} of ${report.runs} completed, killed ${report.killed} times`,
    `  waiting for the machine   p50 ${report.machineWaitMs.p50} ms   p95 ${report.machineWaitMs.p95} ms`,
    `  effects   planned ${effects.planned}   confirmed ${effects.confirmed}   failed ${effects.failed}   in doubt ${effects.inDoubt}   unfinished ${effects.unfinished}`,
    `  centre    received ${centre.received}   duplicates ${centre.duplicates}   lost ${centre.lost}`,
    `  clear text found ${report.clearTextFound} (in ${report.filesSearched} files)`,
    ...report.troubles.map((each) => `  trouble: ${each}`),
  ];
  return `${lines.join('\n')}\n`;
}
