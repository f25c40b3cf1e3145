import type { Records } from '../cleaning/standardise.ts';
import type { Collapsed } from './duplicates.ts';

/** A mask has as many bits; sources beyond them are never taken for clean. */
const MASK_BITS = 30;

/** Names of the largest sources, the largest first. */
export function largestSources({ datasource }: Pick<Records, 'datasource'>): string[] {
  const holders = datasource.holders();
  return Array.from(holders, (records, code) => ({ records, name: datasource.dictionary.text(code) }))
    .sort((one, other) => other.records - one.records || (one.name < other.name ? -1 : 1))
    .slice(0, MASK_BITS)
    .map(({ name }) => name);
}

/** The sources of each profile, a bit each, of those named. */
export function sourceMasks(
  { datasource }: Pick<Records, 'datasource'>,
  { profile, profiles }: Collapsed,
  names: readonly string[],
): Int32Array {
  const masks = new Int32Array(profiles.size);
  const bits = new Int32Array(datasource.dictionary.size);
  for (const [bit, name] of names.entries()) {
    const code = datasource.dictionary.find(name);
    if (code >= 0) bits[code] = 1 << bit;
  }
  for (let record = 0; record < profile.length; record++) {
    const place = profile[record] ?? 0;
    masks[place] = (masks[place] ?? 0) | (bits[datasource.code(record)] ?? 0);
  }
  return masks;
}

/** Records of each source, and how many of them repeat another of their own source and profile. */
export function repeatedIn(
  { datasource }: Pick<Records, 'datasource'>,
  masks: Int32Array,
  names: readonly string[],
): { datasource: string; records: number; repeated: number }[] {
  const holders = datasource.holders();
  return names.map((name, bit) => {
    const records = holders[datasource.dictionary.find(name)] ?? 0;
    let distinct = 0;
    for (let place = 0; place < masks.length; place++) distinct += ((masks[place] ?? 0) >>> bit) & 1;
    return { datasource: name, records, repeated: records - distinct };
  });
}
