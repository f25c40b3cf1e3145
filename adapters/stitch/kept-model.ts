import type { StitchModel } from '../../core/stitch/model/model.ts';
import type { Frozen } from '../../core/stitch/model/state.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { readFrozen } from './state.ts';

/** A model to decide by, and the folder of what it froze. */
export class KeptModel {
  readonly known: StitchModel;
  readonly folder: string;
  #frozen: Promise<Frozen> | undefined;

  constructor(known: StitchModel, folder: string) {
    this.known = known;
    this.folder = folder;
  }

  /** Hundreds of thousands of values, which a run over changes asks for twice: read once. */
  frozen(session: DuckDbSession): Promise<Frozen> {
    this.#frozen ??= readFrozen(session, this.folder);
    return this.#frozen;
  }
}
