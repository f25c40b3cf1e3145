import type { StitchSettings } from '../../contracts/customer360.ts';
import type { Records } from '../cleaning/standardise.ts';
import type { StitchModel } from '../model/model.ts';
import type { Collapsed } from '../records/duplicates.ts';
import { largestSources, repeatedIn, sourceMasks } from '../records/sources.ts';

/** A source has duplicates as others have, unless links within it are this many times rarer than chance would make them. */
const RARER = 20;
/** Links that chance must promise before their absence says anything. */
const ENOUGH = 20;

export interface SourceLinks {
  datasource: string;
  records: number;
  /** Links between two records of the source, and between one of it and one of another. */
  within: number;
  across: number;
}

/**
 * Sources that hold each person once, shown by the data: were their records as likely to be linked with each other as with
 * those of other sources, there would be many links within.
 */
export function cleanSources(sources: readonly SourceLinks[]): string[] {
  const all = sources.reduce((sum, source) => sum + source.records, 0);
  return sources
    .filter(({ records, within, across }) => {
      const others = all - records;
      if (others === 0) return false;
      const promised = (across / (records * others)) * ((records * (records - 1)) / 2);
      return promised >= ENOUGH && within * RARER <= promised;
    })
    .map((source) => source.datasource);
}

/** Counts links by source; a mask has one bit for each source that a profile has a record in. */
export function countLinks(
  sources: readonly { datasource: string; records: number; repeated: number }[],
  masks: Int32Array,
  pairs: { a: Int32Array; b: Int32Array },
): SourceLinks[] {
  return sources.map(({ datasource, records, repeated }, index) => {
    const bit = 1 << index;
    let [within, across] = [repeated, 0];
    for (let i = 0; i < pairs.a.length; i++) {
      const [a, b] = [masks[pairs.a[i] ?? 0] ?? 0, masks[pairs.b[i] ?? 0] ?? 0];
      if ((a & b & bit) !== 0) within++;
      else if (((a | b) & bit) !== 0) across++;
    }
    return { datasource, records, within, across };
  });
}

/** The sources of which nobody gets two records: those of the settings, else those that the data showed the model. */
export const heldClean = (
  { clean_sources }: Pick<StitchSettings, 'clean_sources'>,
  { cleanSources: shown }: Pick<StitchModel, 'cleanSources'>,
): readonly string[] => clean_sources ?? shown;

/** Sources that the links show to hold each person once. */
export function findCleanSources(
  records: Pick<Records, 'datasource'>,
  collapsed: Collapsed,
  links: { a: Int32Array; b: Int32Array },
): string[] {
  const names = largestSources(records);
  if (names.length < 2) return [];
  const masks = sourceMasks(records, collapsed, names);
  return cleanSources(countLinks(repeatedIn(records, masks, names), masks, links));
}
