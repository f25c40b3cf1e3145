import { recordName } from '../contracts/record-key.ts';
import type { ReviewAnswer, ReviewQueue, ReviewSample, SampledPair } from '../contracts/stitch-quality.ts';
import { allAnswers, appendAnswer, measuredRunIds, sampleOf } from '../environments/stitch-quality.ts';
import { InvalidInput, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { ident } from '../sql/quote.ts';
import { estimatesOf, nextPairs, standing } from '../stitch/quality/review.ts';
import { holdsOf } from '../stitch/quality/strata.ts';
import { isRecord } from './is-record.ts';
import type { PublishedReader } from './published-reader.ts';
import { notMeasured } from './stitch-quality.ts';

const originals = 'customer360.unified_coalesced';
const standardised = 'stitch.unified_preprocessed_raw';
/** What Stitch notes of a record: no values that it came with. */
const hidden =
  /^(amp_id|datasource|pk|ck|int_id|component_id|supersized_id|is_supersized|rep_ds|rep_pk|has_blv|blv_.*|login_trimmed|sound|sk_given_name|sk_generational_suffix)$/;

/** The sample of the run that was measured last: none of its records has gone since, for then all would be measured again. */
async function newestSample(objects: ObjectStore): Promise<ReviewSample> {
  const [run] = await measuredRunIds(objects);
  const sample = run === undefined ? undefined : await sampleOf(objects, run);
  if (!sample) throw notMeasured();
  return sample;
}

/** The pairs to ask about next, each record with the values that it came with. */
export async function reviewQueue(objects: ObjectStore, reader: PublishedReader, count: number): Promise<ReviewQueue> {
  const [sample, answers] = await Promise.all([newestSample(objects), allAnswers(objects)]);
  const counted = standing(answers);
  const next = nextPairs(sample, counted, count);
  const values = await valuesOf(
    reader,
    next.flatMap(({ pair }) => [pair.one, pair.other]),
  );
  const shown = (key: SampledPair['one']) => ({ ...key, values: values.get(recordName(key)) ?? {} });
  return {
    run_id: sample.run_id,
    estimates: estimatesOf(sample, counted),
    data: next.map(({ stratum, joined, pair }) => ({
      ...pair,
      stratum,
      joined,
      holds: holdsOf(stratum),
      one: shown(pair.one),
      other: shown(pair.other),
    })),
  };
}

async function valuesOf(reader: PublishedReader, keys: readonly SampledPair['one'][]) {
  const table = reader.table(originals) ? originals : standardised;
  if (keys.length === 0) return new Map<string, Record<string, unknown>>();
  const columns = (reader.table(table)?.columns ?? []).map(({ name }) => name).filter((name) => !hidden.test(name));
  const sql = `SELECT r.datasource, r.pk, ${columns.map((name) => `r.${ident(name)}`).join(', ')} FROM ${table} r WHERE ${isRecord('r', keys)}`;
  const rows = await reader.objects('records to review', sql, keys.length);
  return new Map(
    rows.map(({ datasource, pk, ...values }) => [
      recordName({ datasource: String(datasource), pk: String(pk) }),
      values,
    ]),
  );
}

/** What somebody says, and when. */
export type GivenAnswer = Pick<ReviewAnswer, 'pair' | 'verdict' | 'by' | 'at'> & { reason?: string | undefined };

/** Keeps what somebody says of a pair of the sample. */
export async function giveAnswer(
  objects: ObjectStore,
  { pair, verdict, reason, by, at }: GivenAnswer,
): Promise<{ answer: ReviewAnswer; estimates: ReviewQueue['estimates'] }> {
  const sample = await newestSample(objects);
  const found = sample.strata.flatMap((stratum) => {
    const sampled = stratum.sample.find(({ id }) => id === pair);
    return sampled ? [{ stratum: stratum.name, sampled }] : [];
  })[0];
  if (!found) throw unknownPair(pair, sample);
  const { one, other, score } = found.sampled;
  const answer = {
    ...{ pair, one, other, verdict, by, at },
    ...(reason !== undefined && { reason }),
    ...{ run_id: sample.run_id, stratum: found.stratum, score },
  };
  await appendAnswer(objects, answer);
  return { answer, estimates: estimatesOf(sample, standing(await allAnswers(objects))) };
}

function unknownPair(pair: string, { run_id }: ReviewSample): NotFound | InvalidInput {
  if (!/^[0-9a-f]{16}$/.test(pair)) {
    return new InvalidInput(
      `${JSON.stringify(pair)} is no pair: expected sixteen hexadecimal digits, as \`tributary stitch review\` shows them`,
    );
  }
  return new NotFound(
    `pair ${pair} is not in the sample of ${run_id}, which was measured last: \`tributary stitch review\` shows those that are`,
  );
}
