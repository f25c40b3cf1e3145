import type { Run } from '../../core/contracts/runs.ts';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import type { ListedModel, ShownModel } from '../../core/contracts/stitch-models.ts';
import { TestApi } from './api.ts';
import { customers } from './customers.ts';
import { csv, shopDocuments } from './tenant.ts';

const columns = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
const people = customers(700).records.map(({ pk, given_name = '', surname = '', email = '', birthdate = '' }) => ({
  pk,
  cells: [given_name, surname, email, birthdate],
}));

/** Some of a shop's customers, as they are told on a day. */
export const rows = (from: number, to: number, day: string) =>
  people.slice(from, to).map(({ pk, cells }) => [pk, ...cells, `${day}T08:00:00Z`]);

export function succeeded(run: Run): Run {
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
  return run;
}

/** A shop whose customers are stitched, and the models that this is done by. */
export class ModelShop {
  readonly api: TestApi;

  private constructor(api: TestApi) {
    this.api = api;
  }

  static async open(): Promise<ModelShop> {
    return new ModelShop(await TestApi.open(shopDocuments));
  }

  async deliver(day: string, given: string[][]): Promise<Run> {
    await this.api.tenant.drop(`web/${day}/customers.csv`, csv(columns, ...given));
    return succeeded(await this.api.tenant.run());
  }

  async models(): Promise<ListedModel[]> {
    return (await this.api.ok<{ data: ListedModel[] }>('GET', '/stitch/models')).data;
  }

  model(id: string): Promise<ShownModel> {
    return this.api.ok('GET', `/stitch/models/${id}`);
  }

  report(): Promise<StitchReport & { run_id: string }> {
    return this.api.ok('GET', '/stitch/report');
  }

  /** Who each record is. */
  async ids(): Promise<Record<string, unknown>> {
    const found = await this.api.tenant.query('SELECT a.pk, a.amp_id FROM stitch.assignments a ORDER BY a.pk');
    return Object.fromEntries(found.map(({ pk, amp_id }) => [pk, amp_id]));
  }

  /** The candidate that a new model is. */
  retrained(): Promise<ShownModel> {
    return this.#candidate('/stitch/models');
  }

  /** The candidate that an earlier one is. */
  tried(id: string): Promise<ShownModel> {
    return this.#candidate(`/stitch/models/${id}/try`);
  }

  decide(verb: 'accept' | 'discard', id: string, reason: string): Promise<ShownModel> {
    return this.api.ok('POST', `/stitch/models/${id}/${verb}`, { reason });
  }

  /** The end of a run that a route starts. */
  async ended(route: string): Promise<Run> {
    const run = await this.api.ok<Run>('POST', route, {});
    return (await this.api.tenant.environment.workflows.ended(run.id)) ?? run;
  }

  close(): Promise<void> {
    return this.api.close();
  }

  async #candidate(route: string): Promise<ShownModel> {
    return this.model(succeeded(await this.ended(route)).id);
  }
}
