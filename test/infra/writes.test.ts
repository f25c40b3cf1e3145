import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { writtenBy } from '../../infra/constructs/environment-rights.ts';
import { type Step, steps } from '../../infra/functions.ts';
import { lambdas } from '../../local/lambdas.ts';
import { csv, shopDocuments, TestTenant } from '../support/tenant.ts';

/** The step that is under way. */
const step = new AsyncLocalStorage<string>();
const written = new Map<string, Set<string>>();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await TestTenant.open(shopDocuments);
  for (const name of Object.keys(lambdas)) {
    const work = lambdas[name] as (typeof lambdas)[string];
    vi.spyOn(lambdas, name).mockImplementation(((...given: Parameters<typeof work>) =>
      step.run(name, () => work(...given))) as typeof work);
  }
  const { objects } = tenant.environment;
  const noted = (key: string) => {
    const name = step.getStore();
    if (name !== undefined) written.set(name, (written.get(name) ?? new Set()).add(key));
    return objects;
  };
  const { put, adopt, delete: remove } = objects;
  vi.spyOn(objects, 'put').mockImplementation((key, ...more) => put.call(noted(key), key, ...more));
  vi.spyOn(objects, 'adopt').mockImplementation((path, key) => adopt.call(noted(key), path, key));
  vi.spyOn(objects, 'delete').mockImplementation((key) => remove.call(noted(key), key));
});
afterAll(() => tenant.close());

it('a step writes nothing but what its function may write in AWS', async () => {
  const header = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
  const ada = ['1', 'Ada', 'Byron', 'ada@example.com', '1815-12-10', '2026-11-01T00:00:00Z'];
  const people = Array.from({ length: 150 }, (_, n) => [
    `${n + 2}`,
    'Ada',
    'Byron',
    `ada${n}@example.com`,
    ...ada.slice(4),
  ]);
  const bad = ['999', 'Eve', 'Byron', 'eve@example.com', 'yesterday', 'never'];
  await tenant.drop('web/2026-11-01/customers.csv', csv(header, ada, ...people, bad));
  const first = await tenant.run();
  expect([first.state, first.error]).toEqual(['succeeded', undefined]);
  await tenant.drop('web/2026-11-02/customers.csv', csv(header, bad));
  expect((await tenant.run()).state).toBe('failed');
  expect([...written.keys()].sort()).toEqual(
    expect.arrayContaining(['fail-run', 'finish-run', 'pull-files', 'read-file']),
  );
  for (const [name, keys] of written) {
    const allowed = writtenBy(steps[name as Step].rights);
    const beyond = [...keys].filter((key) => !allowed.some((prefix) => key.startsWith(prefix)));
    expect([name, beyond]).toEqual([name, []]);
  }
  for (const part of ['quarantine/', 'refused/'])
    expect(
      [...(written.get('read-file') ?? [])].some((key) => key.startsWith(part)),
      part,
    ).toBe(true);
});
