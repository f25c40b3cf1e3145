import {
  type Benchmark,
  type Estimate,
  GateLimits,
  type GateVerdict,
  type MeasuredRun,
} from '../../contracts/stitch-quality.ts';

/** What the gate asks of a run. */
type Judged = Pick<MeasuredRun, 'run_id' | 'records' | 'moved_records' | 'benchmarks' | 'estimates'>;

/** What speaks against a run, and what can't be judged. */
interface Findings {
  reasons: string[];
  notes: string[];
}

/**
 * Whether a run may take the place of the present one. A run is held for what is known to be worse, never for what nobody
 * knows: that is noted.
 */
export function judge(candidate: Judged, present?: Judged, limits: GateLimits = GateLimits.parse({})): GateVerdict {
  const findings = [
    byEstimates(candidate, present, limits),
    byBenchmarks(candidate, present, limits),
    byChangedIds(candidate, limits),
  ];
  const reasons = findings.flatMap((finding) => finding.reasons);
  return {
    verdict: reasons.length === 0 ? 'pass' : 'hold',
    run_id: candidate.run_id,
    ...(present && { against_run_id: present.run_id }),
    limits,
    reasons,
    notes: findings.flatMap((finding) => finding.notes),
  };
}

const measures = ['precision', 'recall'] as const;

function byEstimates(candidate: Judged, present: Judged | undefined, limits: GateLimits): Findings {
  const answered = answersOf(candidate);
  if (answered < limits.minimum_answers) {
    const missing = limits.minimum_answers - answered;
    const note = `precision and recall are not judged: ${answered} answers count for ${candidate.run_id}, ${limits.minimum_answers} are needed; \`tributary stitch review\` asks for the ${missing} missing`;
    return { reasons: [], notes: [note] };
  }
  const findings = measures.map((measure) => {
    const now = candidate.estimates?.[measure] ?? undefined;
    if (now === undefined) return { notes: [`${measure} is not judged: some stratum has no answer yet`] };
    const enough = answersOf(present) >= limits.minimum_answers;
    const before = enough ? (present?.estimates?.[measure] ?? undefined) : undefined;
    return { reasons: againstEstimate(measure, now, before, limits[`${measure}_at_least`]) };
  });
  return {
    reasons: findings.flatMap(({ reasons = [] }) => reasons),
    notes: findings.flatMap(({ notes = [] }) => notes),
  };
}

function againstEstimate(measure: string, now: Estimate, before: Estimate | undefined, least: number): string[] {
  const reasons = [];
  if (now.low < least)
    reasons.push(`${measure} may be as low as ${share(now.low)}: at least ${share(least)} is asked for`);
  if (before && now.high < before.low) {
    reasons.push(
      `${measure} fell: ${share(now.high)} at the most, where the present run has ${share(before.low)} at the least`,
    );
  }
  return reasons;
}

/** Answers that say something. */
function answersOf(run: Judged | undefined): number {
  const { same = 0, different = 0 } = run?.estimates?.answers ?? {};
  return same + different;
}

function byBenchmarks(candidate: Judged, present: Judged | undefined, limits: GateLimits): Findings {
  if (present === undefined) {
    return { reasons: [], notes: ['benchmarks are not compared: there is no run to compare with'] };
  }
  const before = new Map(present.benchmarks.map((benchmark) => [benchmark.name, benchmark]));
  const reasons = candidate.benchmarks.flatMap((now) => {
    const earlier = before.get(now.name);
    return earlier && worsened(now, earlier, limits.benchmark_increase)
      ? [
          `${now.name} grew from ${percent(earlier.value)} to ${percent(now.value)} and is ${now.grade}: ${limits.benchmark_increase} % more is allowed`,
        ]
      : [];
  });
  return { reasons, notes: [] };
}

/** Within its optimum a benchmark may do what it likes. */
const worsened = (now: Benchmark, before: Benchmark, increase: number): boolean =>
  now.grade !== 'optimal' && now.value > Math.max(before.value, now.limits.optimal) * (1 + increase / 100);

function byChangedIds({ records, moved_records }: Judged, { changed_ids }: GateLimits): Findings {
  const changed = (100 * moved_records) / Math.max(1, records);
  if (changed <= changed_ids) return { reasons: [], notes: [] };
  const reason = `${percent(changed)} of the records have another id than before: at most ${changed_ids} % may`;
  return { reasons: [reason], notes: [] };
}

const share = (value: number): string => value.toFixed(3);
const percent = (value: number): string => `${value.toPrecision(3)} %`;
