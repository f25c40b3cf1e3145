import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Brand } from './brand.ts';
import { makeCatalog } from './catalog.ts';
import { Deliveries } from './deliveries.ts';
import { Population } from './people.ts';
import { Random } from './random.ts';
import { dateOf } from './time.ts';
import { TruthFile } from './truth.ts';

export interface DemoSize {
  people: number;
  /** Equal seeds give equal bytes. */
  seed: string;
  /** Deliveries, one a day: the first is the whole of what was there, the others what changed. */
  days: number;
}

export const demoSize: DemoSize = { people: 20_000, seed: 'acme', days: 4 };

/** Dates of the deliveries, `2026-10-01` first. */
export const deliveryDates = (days: number = demoSize.days): string[] =>
  Array.from({ length: days }, (_, delivery) => dateOf(delivery));

/** Writes the source files of a retail brand, by system and day, and `truth.csv`: which person each customer row is of. */
export async function generateDemo(
  options: Partial<DemoSize> & { folder: string },
): Promise<{ files: number; rows: number; bytes: number }> {
  const { people, seed, days, folder } = { ...demoSize, ...options };
  await mkdir(folder, { recursive: true });
  const deliveries = await Deliveries.open(folder, days, new Random(`${seed}/files`));
  const truth = new TruthFile(join(folder, 'truth.csv'));
  const catalog = makeCatalog(new Random(`${seed}/catalog`));
  const [random, contacts] = [new Random(`${seed}/brand`), new Random(`${seed}/contacts`)];
  const brand = new Brand({ random, contacts, deliveries, truth, catalog, count: days });
  const population = new Population(new Random(`${seed}/people`), people, days);

  brand.catalog(catalog);
  brand.testAccounts(Math.ceil(people / 1000));
  for (let made = 0, drainAt = 0; made < people; ) {
    const household = population.household().slice(0, people - made);
    for (const person of household) brand.customer(person);
    made += household.length;
    if (made < drainAt) continue;
    await deliveries.drain();
    await truth.drain();
    drainAt = made + 2000;
  }
  await truth.close();
  return deliveries.close();
}
