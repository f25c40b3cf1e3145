import type { Run } from '../../core/contracts/runs.ts';
import { TestApi } from './api.ts';
import { csv, shopDocuments } from './tenant.ts';

/** A shop of three records that are two people, two orders of one of them, after its first run. */
export async function openShop(more: readonly unknown[] = []): Promise<{ api: TestApi; run: Run }> {
  const api = await TestApi.open([...shopDocuments, ...more]);
  await api.tenant.drop(
    'web/2026-11-01/customers.csv',
    csv(
      ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'],
      ['1', 'Ada', 'Lovelace', 'ada@example.com', '1815-12-10', '2026-11-01T08:00:00Z'],
      ['2', 'Ada', 'Lovelace', 'ADA+shop@example.com', '1815-12-10', '2026-11-01T08:00:00Z'],
      ['3', 'Charles', 'Babbage', 'charles@example.com', '1791-12-26', '2026-11-01T08:00:00Z'],
    ),
  );
  await api.tenant.drop(
    'web/2026-11-01/lines.csv',
    csv(
      'order_id product_id customer_id ordered_at quantity revenue order_discount is_return is_cancellation brand channel store_id'.split(
        ' ',
      ),
      'o1 p1 1 2026-10-01T00:00:00Z 1 10.00 0 false false b web s'.split(' '),
      'o2 p1 2 2026-10-02T00:00:00Z 2 20.00 0 false false b web s'.split(' '),
    ),
  );
  const run = await api.tenant.run();
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
  return { api, run };
}
