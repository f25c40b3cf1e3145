import { stages } from '../config.ts';
import { type Bill, entityResolution, fullRun, idleMonth, totalOf } from './model.ts';
import { prices } from './prices.ts';
import { spreadStitch } from './stitch.ts';

const dollars = (amount: number): string => `$${amount.toFixed(amount < 1 ? 3 : 2)}`;
const print = (title: string, bill: Bill) => {
  console.log(`\n${title}: ${dollars(totalOf(bill))}`);
  for (const [what, price] of Object.entries(bill)) console.log(`  ${what.padEnd(26)} ${dollars(price).padStart(10)}`);
};

// `npm run cost`: what a deployment costs, from the price table.
console.log(`List prices of ${prices.region}, ${prices.asOf}, without free tiers (infra/cost/prices.ts)`);
print('A tenant that does nothing, 10 GB stored, a month', idleMonth({ sftp: false, storedGb: 10 }));
print('The same with its SFTP site on', idleMonth({ sftp: true, storedGb: 10 }));
const memoryMb = stages.prod?.duckdbMemory ?? 3008;
for (const records of [1e6, 100e6]) {
  print(`A full run of ${records / 1e6} M records with five order lines each`, fullRun({ records, memoryMb }));
  console.log(`  AWS Entity Resolution lists ${dollars(entityResolution(records))} for matching as many records once`);
}
for (const records of [100e6, 1e9]) {
  const { bill, hours, lacks } = spreadStitch({ records, memoryMb });
  print(`Stitch alone over ${(records / 1e6).toLocaleString('en')} M records, spread over functions`, bill);
  const each = Object.entries(hours).map(([what, time]) => `${what} ${time.toFixed(1)}`);
  console.log(`  ${totalOf(hours).toFixed(1)} hours: ${each.join(', ')}`);
  for (const lack of lacks) console.log(`  It can't be done: the task that concludes would want ${lack}`);
}
