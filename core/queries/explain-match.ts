import type { MatchExplanation } from '../contracts/explanation.ts';
import { type RecordKey, recordName } from '../contracts/record-key.ts';
import { InvalidInput } from '../errors.ts';
import { heldClean } from '../stitch/clusters/clean-sources.ts';
import { explainApart } from '../stitch/explanation/apart.ts';
import type { Case } from '../stitch/explanation/counterfactual.ts';
import {
  labelPairs,
  nearest,
  type PublishedPair,
  publishedPath,
  textOfKey,
} from '../stitch/explanation/published-path.ts';
import { basisOf, pairOf } from '../stitch/explanation/recompute.ts';
import { explainTogether } from '../stitch/explanation/together.ts';
import { shapeOf } from '../stitch/records/shape.ts';
import type { PublishedAccess, PublishedReader } from './published-reader.ts';
import { readStitchBasis, type StitchBasis } from './stitch-basis.ts';
import {
  type ComponentRecord,
  pairsOfPeople,
  pairsOfPerson,
  recordsOfComponents,
  recordsOfKeys,
  stitchedRecord,
} from './stitched-records.ts';

/** How much is computed once more for an answer: `records` of whole components, else the `nearest` to the two. */
export interface ExplainBounds {
  records: number;
  nearest: number;
}

const usual: ExplainBounds = { records: 2000, nearest: 500 };
/** The strongest so many pairs of a person are looked through for a path; a weaker one is in no strongest path but of a giant. */
const MOST_PAIRS = 200_000;

/**
 * Why Stitch took two records for one person, hop by hop, and what would part them; or, when `not` is asked, why they are
 * apart, and what would join them. By the model, settings and frozen state of the run that decided it. Asked the wrong way
 * round it says who they are, and what they say to each other.
 */
export async function explainMatch(
  access: PublishedAccess,
  reader: PublishedReader,
  keys: readonly [RecordKey, RecordKey],
  { not, bounds = usual }: { not: boolean; bounds?: ExplainBounds },
): Promise<MatchExplanation> {
  if (textOfKey(keys[0]) === textOfKey(keys[1])) {
    throw new InvalidInput(`${recordName(keys[0])} was given twice: expected two records`);
  }
  const stitch = await readStitchBasis(access, reader);
  const shape = shapeOf(stitch.model.columns);
  const [one, other] = [await stitchedRecord(reader, shape, keys[0]), await stitchedRecord(reader, shape, keys[1])];
  const same = one.amp_id === other.amp_id;
  const asked = { reader, stitch, ends: [one, other] as const, bounds };
  const told = {
    one: { ...keys[0], amp_id: one.amp_id },
    other: { ...keys[1], amp_id: other.amp_id },
    same_person: same,
    ...directly(asked),
  };
  if (same === not) return told;
  return same ? { ...told, together: await together(asked) } : { ...told, apart: await apart(asked) };
}

interface Asked {
  reader: PublishedReader;
  stitch: StitchBasis;
  ends: readonly [ComponentRecord, ComponentRecord];
  bounds: ExplainBounds;
}

function directly({ stitch, ends }: Asked) {
  const basis = basisOf(
    stitch,
    ends.map(({ values }) => values),
  );
  return pairOf({ records: ends, labels: [], cleanSources: [] }, basis, 0, 1);
}

async function together(asked: Asked) {
  const { reader, stitch, ends } = asked;
  const [one, other] = ends;
  const scored = await pairsOfPerson(reader, one.amp_id, MOST_PAIRS);
  const whole = await wholeComponents(asked);
  const mine = whole && new Set(whole.filter(({ amp_id }) => amp_id === one.amp_id).map(textOfKey));
  const said = labelPairs(stitch.settings.labels, (key) => mine?.has(textOfKey(key)) ?? true);
  const pairs = [...scored, ...said];
  const path = publishedPath(pairs, one, other) ?? [];
  const records = whole ?? (await neighbourhood(asked, pairs, [one, other, ...path.map((hop) => hop.other)]));
  return explainTogether(caseOf(asked, records, whole !== undefined), path);
}

async function apart(asked: Asked) {
  const { reader, stitch, ends } = asked;
  const whole = await wholeComponents(asked);
  if (whole) return explainApart(caseOf(asked, whole, true));
  const people = ends.map(({ amp_id }) => amp_id);
  const pairs = await pairsOfPeople(reader, people, stitch.settings.threshold, MOST_PAIRS);
  return explainApart(caseOf(asked, await neighbourhood(asked, pairs, ends), false));
}

/** All records of the components of the two; undefined when they are too many. */
async function wholeComponents({ reader, stitch, ends, bounds }: Asked): Promise<ComponentRecord[] | undefined> {
  const components = [...new Set(ends.map(({ component }) => component))];
  const found = await recordsOfComponents(reader, shapeOf(stitch.model.columns), components, bounds.records + 1);
  return found.length > bounds.records ? undefined : found;
}

/** The records nearest to some. */
function neighbourhood(
  { reader, stitch, bounds }: Asked,
  pairs: readonly PublishedPair[],
  starts: readonly RecordKey[],
): Promise<ComponentRecord[]> {
  return recordsOfKeys(reader, shapeOf(stitch.model.columns), nearest(pairs, starts, bounds.nearest));
}

function caseOf({ stitch, ends }: Asked, records: readonly ComponentRecord[], complete: boolean): Case {
  const place = (key: RecordKey) => records.findIndex((record) => textOfKey(record) === textOfKey(key));
  const basis = basisOf(
    stitch,
    records.map(({ values }) => values),
  );
  const world = { records, labels: stitch.settings.labels, cleanSources: heldClean(stitch.settings, stitch.model) };
  return { world, basis, one: place(ends[0]), other: place(ends[1]), complete };
}
