// Prometheus text → the numbers in it, by name. Knows only what the metrics of this program need: counters and gauges, labels
// without escapes; lines of anything else are passed over. Pure.

export interface MetricValues {
  /** The only value of this name (the sum over its labels); null when there is none. */
  value(name: string): number | null;
  /** Value of `label` → number, e.g. {"mqtt": 12, "http": 3}. */
  byLabel(name: string, label: string): Readonly<Record<string, number>>;
}

interface Sample {
  readonly labels: string;
  readonly value: number;
}

const linePattern = /^([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})? (\S+)$/;

export function readMetrics(text: string): MetricValues {
  const samples = new Map<string, Sample[]>();
  for (const line of text.split("\n")) {
    const [, name, labels = "", number] = linePattern.exec(line) ?? [];
    const value = Number(number);
    if (name === undefined || !Number.isFinite(value)) continue;
    const known = samples.get(name);
    if (known === undefined) samples.set(name, [{ labels, value }]);
    else known.push({ labels, value });
  }
  return {
    value(name) {
      const found = samples.get(name);
      return found === undefined ? null : found.reduce((sum, sample) => sum + sample.value, 0);
    },
    byLabel(name, label) {
      const sums: Record<string, number> = {};
      for (const sample of samples.get(name) ?? []) {
        const key = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(sample.labels)?.[1];
        if (key !== undefined) sums[key] = (sums[key] ?? 0) + sample.value;
      }
      return sums;
    },
  };
}
