import type { FileLoad, LandedFile } from '../contracts/steps.ts';
import { addDays } from '../feeds/calendar.ts';
import type { Services } from '../ports.ts';
import { landedDays, landedFiles, landedOn, loadId } from './landing.ts';
import type { Loading } from './loadings.ts';

/** What was landed together for a date; runs are named by when they began. */
const deliveryOf = ({ date, landing }: LandedFile): string => `${date ?? ''} ${landing}`;

/**
 * A feed is emptied before the first file of each delivery that replaces it, never between files of one. So its rows end as
 * those of the last delivery, however many a run loads. Of one that broke off, what is loaded stays.
 */
export async function replacedByDelivery(
  files: FileLoad[],
  loadings: readonly Loading[],
  services: Services,
): Promise<FileLoad[]> {
  const replacing = new Set(files.filter(({ mode }) => mode === 'truncate_and_load').map(deliveryOf));
  if (replacing.size === 0) return files;
  const inOrder = files
    .map((file) => ({ file, delivery: deliveryOf(file) }))
    .sort((a, b) => (a.delivery < b.delivery ? -1 : a.delivery > b.delivery ? 1 : 0));
  const [first] = inOrder;
  let last = first && (await isBegun(first.file, loadings, services)) ? first.delivery : undefined;
  return inOrder.map(({ file, delivery }) => {
    const isFirst = delivery !== last;
    last = delivery;
    return { ...file, mode: isFirst && replacing.has(delivery) ? 'truncate_and_load' : 'load' };
  });
}

/** Whether the feed holds another file of a file's delivery, which was landed on its day or the day before. */
async function isBegun(
  file: LandedFile,
  loadings: readonly Loading[],
  { objects, warehouse }: Services,
): Promise<boolean> {
  const since = addDays(file.landed_at.slice(0, 10), -1);
  for (const { courier, file: name, table } of loadings) {
    const days = (await landedDays(objects, courier, name)).filter((day) => day >= since);
    const ids = await Promise.all(days.map((day) => landedOn(objects, courier, name, day)));
    const landed = await landedFiles(objects, courier, name, ids.flat());
    const others = landed.filter((one) => deliveryOf(one) === deliveryOf(file));
    if ((await warehouse.loaded(table, others.map(loadId))).length > 0) return true;
  }
  return false;
}
