import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { text } from '../../core/sql/quote.ts';

/** The labelled data sets that lie beside the project. */
export const datasetsFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'datasets');

interface LabelledSet {
  name: string;
  file: string;
  /** Tag → SQL over the set's columns. */
  tags: Record<string, string>;
}

const day = (column: string) => `try_strptime(${column}, ['%Y-%m-%d', '%Y%m%d'])::DATE`;
const febrl = {
  given_name: 'given_name',
  surname: 'surname',
  address: "nullif(concat_ws(' ', street_number, address_1), '')",
  address2: 'address_2',
  city: 'suburb',
  postal: 'postcode',
  state: 'state',
  birthdate: day('date_of_birth'),
  evidence_soc_sec_id: 'soc_sec_id',
};
const cdp = {
  datasource: 'source',
  given_name: 'first_name',
  surname: 'last_name',
  birthdate: day('dob'),
  email: 'email',
  phone: 'phone',
  address: 'street',
  address2: 'unit',
  city: 'city',
  state: 'state',
  postal: 'zip',
  evidence_middle_initial: 'middle_initial',
};

/** Columns tagged by hand; a set without a column `source` is one source. */
export const labelledSets: LabelledSet[] = [
  { name: 'febrl2', file: 'febrl2/febrl2.csv', tags: febrl },
  { name: 'febrl4', file: 'febrl4/febrl4.csv', tags: { ...febrl, datasource: 'source' } },
  {
    name: 'rldata500',
    file: 'rldata500/rldata500.csv',
    tags: {
      given_name: 'fname_c1',
      surname: 'lname_c1',
      birthdate: 'try_cast(make_date("by"::INTEGER, bm::INTEGER, bd::INTEGER) AS DATE)',
    },
  },
  {
    name: 'splink_fake1000',
    file: 'splink_fake1000/splink_fake1000.csv',
    tags: { given_name: 'first_name', surname: 'surname', birthdate: day('dob'), city: 'city', email: 'email' },
  },
  { name: 'cdp_20k', file: 'cdp_20k/cdp_20k.csv.gz', tags: cdp },
  { name: 'cdp_120k', file: 'cdp_120k/cdp_120k.csv.gz', tags: cdp },
  {
    name: 'pseudopeople_multi',
    file: 'pseudopeople_multi/pseudopeople_multi.csv.gz',
    tags: {
      datasource: 'source',
      given_name: 'first_name',
      surname: 'last_name',
      birthdate: day('dob'),
      gender: 'sex',
      address: "nullif(concat_ws(' ', street_number, street_name), '')",
      address2: 'unit_number',
      city: 'city',
      state: 'state',
      postal: 'zipcode',
      evidence_middle_initial: 'middle_initial',
      evidence_ssn: 'ssn',
    },
  },
  {
    name: 'historical_50k',
    file: 'historical_50k/historical_50k.csv.gz',
    tags: {
      given_name: 'first_name',
      surname: 'surname',
      birthdate: day('dob'),
      postal: 'postcode_fake',
      gender: 'gender',
      evidence_birth_place: 'birth_place',
      evidence_occupation: 'occupation',
    },
  },
  {
    name: 'febrl_gen_120k',
    file: 'febrl_gen_120k/febrl_gen_120k.csv.gz',
    tags: { ...febrl, phone: 'phone_number' },
  },
];

export const haveDatasets = existsSync(datasetsFolder);

/** Writes a set's records as Stitch takes them, and its truth (record_id, cluster_id) as CSV. */
export async function writeLabelledSet(set: LabelledSet, folder: string): Promise<{ records: string; truth: string }> {
  const [records, truth] = [join(folder, `${set.name}.parquet`), join(folder, `${set.name}.truth.csv`)];
  const session = await DuckDbSession.open();
  try {
    const source = `read_csv(${text(join(datasetsFolder, set.file))}, all_varchar = true, header = true)`;
    const tags = { datasource: text(set.name), ...set.tags };
    const columns = Object.entries(tags).map(([tag, sql]) => `${sql} AS ${tag}`);
    await session.run(
      'set',
      `COPY (SELECT record_id AS pk, ${columns.join(', ')} FROM ${source}) TO ${text(records)} (FORMAT parquet)`,
    );
    await session.run('truth', `COPY (SELECT record_id, cluster_id FROM ${source}) TO ${text(truth)} (HEADER)`);
  } finally {
    session.close();
  }
  return { records, truth };
}
