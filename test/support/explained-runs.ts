import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { readFrozen } from '../../adapters/stitch/state.ts';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import type { EvidenceHop } from '../../core/contracts/explanation.ts';
import { explainApart } from '../../core/stitch/explanation/apart.ts';
import type { Case } from '../../core/stitch/explanation/counterfactual.ts';
import { labelPairs, type PublishedPair, publishedPath } from '../../core/stitch/explanation/published-path.ts';
import { basisOf, pairOf } from '../../core/stitch/explanation/recompute.ts';
import { explainTogether } from '../../core/stitch/explanation/together.ts';
import { StitchModel } from '../../core/stitch/model/model.ts';
import type { Frozen } from '../../core/stitch/model/state.ts';
import type { StandardRecord, StitchedRecord } from '../../core/stitch/records/standard-record.ts';
import { readTable } from './stitch-runs.ts';

type Published = { source1: string; pk1: string; source2: string; pk2: string; score: number; match_type: string };
type Row = StandardRecord & { datasource: string; pk: string; amp_id: string; component_id: string };

/** What a run wrote, ready to be explained. Records are named as `web/1`. */
export class ExplainedRun {
  readonly records: readonly (StitchedRecord & { component: string })[];
  readonly model: StitchModel;
  readonly #pairs: readonly (PublishedPair & { amp: string })[];
  readonly #settings: StitchSettings;
  readonly #frozen: Frozen;

  private constructor(
    records: ExplainedRun['records'],
    pairs: readonly (PublishedPair & { amp: string })[],
    basis: { model: StitchModel; settings: StitchSettings; frozen: Frozen },
  ) {
    this.records = records;
    this.#pairs = pairs;
    this.model = basis.model;
    this.#settings = basis.settings;
    this.#frozen = basis.frozen;
  }

  static async open(folder: string, settings: Record<string, unknown> = {}): Promise<ExplainedRun> {
    const rows = await readTable<Row>(
      folder,
      'unified_preprocessed_raw',
      '* REPLACE (birthdate::VARCHAR AS birthdate, component_id::VARCHAR AS component_id)',
    );
    const scores = await readTable<Published & { amp_id: string }>(folder, 'unified_scores');
    const session = await DuckDbSession.open();
    const frozen = await readFrozen(session, folder).finally(() => session.close());
    const records = rows
      .map(({ datasource, pk, amp_id, component_id, ...values }) => ({
        ...{ datasource, pk, amp_id, component: component_id },
        values,
      }))
      .sort((x, y) => (`${x.datasource}\0${x.pk}` < `${y.datasource}\0${y.pk}` ? -1 : 1));
    const pairs = scores.map((row) => ({
      one: { datasource: row.source1, pk: row.pk1 },
      other: { datasource: row.source2, pk: row.pk2 },
      score: row.score,
      match_type: row.match_type as EvidenceHop['match_type'],
      amp: row.amp_id,
    }));
    const model = StitchModel.parse(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')));
    const parsed = StitchSettings.parse({ id: 'stitch/main', ...settings });
    return new ExplainedRun(records, pairs, { model, settings: parsed, frozen });
  }

  /** The components of two records as a case to be explained. */
  case(one: string, other: string): Case {
    const ends = [this.record(one), this.record(other)];
    const records = this.records.filter(({ component }) => ends.some((end) => end.component === component));
    const basis = basisOf(
      { model: this.model, settings: this.#settings, frozen: this.#frozen },
      records.map(({ values }) => values),
    );
    const world = { records, labels: this.#settings.labels, cleanSources: this.model.cleanSources };
    const place = (name: string) => records.findIndex(({ datasource, pk }) => `${datasource}/${pk}` === name);
    return { world, basis, one: place(one), other: place(other), complete: true };
  }

  record(name: string) {
    const found = this.records.find(({ datasource, pk }) => `${datasource}/${pk}` === name);
    if (found === undefined) throw new Error(`the run has no record ${name}`);
    return found;
  }

  pair(one: string, other: string) {
    const asked = this.case(one, other);
    return pairOf(asked.world, asked.basis, asked.one, asked.other);
  }

  together(one: string, other: string) {
    const [from, to] = [this.record(one), this.record(other)];
    if (from.amp_id !== to.amp_id) throw new Error(`${one} and ${other} are two people`);
    const scored = this.#pairs.filter(({ amp }) => amp === from.amp_id);
    const said = labelPairs(this.#settings.labels, (key) => this.#isOf(from.amp_id, key));
    return explainTogether(this.case(one, other), publishedPath([...scored, ...said], from, to) ?? []);
  }

  apart(one: string, other: string) {
    if (this.record(one).amp_id === this.record(other).amp_id) throw new Error(`${one} and ${other} are one person`);
    return explainApart(this.case(one, other));
  }

  #isOf(amp: string, { datasource, pk }: { datasource: string; pk: string }): boolean {
    return this.record(`${datasource}/${pk}`).amp_id === amp;
  }
}
