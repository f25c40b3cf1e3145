import type { StitchSettings } from '../contracts/customer360.ts';
import type { StitchReport } from '../contracts/stitch.ts';
import type { ModelTrial } from '../contracts/stitch-models.ts';
import type { RuleChoice } from './blocking/rule-choice.ts';
import type { SpreadPlan } from './distributed/plan.ts';

/** What Stitch is given: one Parquet of tagged records, and the folder of what the last run wrote. */
export interface StitchRequest {
  tenant: string;
  /** `datasource`, `pk`, and one String column a tag (`given_name`, `fk_loyalty`); birthdate is Date, create_dt and update_dt Datetime. */
  records: string;
  settings: StitchSettings;
  /** Tables that the last run wrote; absent in the first. */
  previous?: string;
  /** A model that was accepted or is tried, to go by in the place of the last run's: the folder of its files, and since when. */
  model?: { folder: string; since: string };
  /** Where `<StitchTable>.parquet` and `report.json` are written. */
  outFolder: string;
  /** The run's now, ISO 8601 UTC. */
  asOf: string;
  runId: string;
  signal: AbortSignal;
  progress?: (stage: string, done: number, total?: number) => void;
  /** Told before pairs are compared; what it throws ends the run. */
  counted?: (work: StitchWork) => void;
}

/** How much a Stitch run has to do: records, and pairs of them that meet, each once a rule. */
export interface StitchWork {
  records: number;
  pairs: number;
}

export interface StitchEngine {
  /** `files` are the names of all that was written to `outFolder`. */
  run(request: StitchRequest): Promise<StitchReport & { files: string[] }>;
  /**
   * The same from the records alone that were added or changed since the last run; none may have gone. Undefined when those
   * don't suffice, since settings or columns are others or the model no longer serves: all records are needed.
   */
  runChanges(request: StitchRequest & { previous: string }): Promise<(StitchReport & { files: string[] }) | undefined>;
  /**
   * Tells what a model would change on all records: the one that is given, `ModelOutdated` when it doesn't fit them, else one
   * trained on them, of which the files are written and nothing besides.
   */
  tryModel(request: StitchRequest & { previous: string }): Promise<ModelTrial & { files: string[] }>;
}

/** What a distributed run of Stitch is made of: pieces that many functions do, each over one file, and what is decided over all. Files are of this machine. */
export interface SpreadStitch {
  /** Tagged records in the one form that each value is compared in. */
  standardise(work: { plan: SpreadPlan; from: string; to: { standard: string } }): Promise<void>;
  /** Standardised records without bad values, and the keys that they may meet under; `frozen` where a model decides. */
  clean(work: {
    plan: SpreadPlan;
    from: string;
    frozen?: FrozenFiles | undefined;
    to: { clean: string; keys: string; removed: string };
  }): Promise<void>;
  /** The caps of the blocks that rules are chosen by; undefined where there are few pairs, and all rules are taken. */
  sampleCaps(work: { plan: SpreadPlan; sample: string }): Promise<readonly number[] | undefined>;
  /** The rules that pay. The oversized blocks are those of the sample. */
  chooseRules(work: { plan: SpreadPlan; sample: string; drawn: string; frozen: FrozenFiles }): Promise<RuleChoice>;
  /** Profiles of some blocks to pairs, and what these agree in. */
  compare(work: {
    plan: SpreadPlan;
    from: string;
    frozen: FrozenFiles;
    to: { pairs: string; patterns: string };
  }): Promise<void>;
  /** All that the pieces wrote, in the folder `told`, to people and the tables of a run. */
  conclude(
    request: Omit<StitchRequest, 'records' | 'model'> & { plan: SpreadPlan; told: string; frozen: FrozenFiles },
  ): Promise<StitchReport & { files: string[] }>;
}

/** Files of what was counted over all records, as a model freezes it: values that four profiles or more hold, and oversized blocks. */
export interface FrozenFiles {
  values: string;
  blocks: string;
}
