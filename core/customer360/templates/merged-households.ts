import type { DatabaseTable } from '../../contracts/customer360.ts';
import { text } from '../../sql/quote.ts';

/** Words of an address that are written in several ways, as they are spelled out. */
const spelledOut: Record<string, string> = {
  ST: 'STREET',
  STR: 'STREET',
  AVE: 'AVENUE',
  AV: 'AVENUE',
  RD: 'ROAD',
  DR: 'DRIVE',
  LN: 'LANE',
  BLVD: 'BOULEVARD',
  CT: 'COURT',
  PL: 'PLACE',
  SQ: 'SQUARE',
  TER: 'TERRACE',
  TRL: 'TRAIL',
  PKWY: 'PARKWAY',
  HWY: 'HIGHWAY',
  CIR: 'CIRCLE',
  CRES: 'CRESCENT',
  XING: 'CROSSING',
  EXPY: 'EXPRESSWAY',
  MT: 'MOUNT',
  FT: 'FORT',
  N: 'NORTH',
  S: 'SOUTH',
  E: 'EAST',
  W: 'WEST',
  NE: 'NORTHEAST',
  NW: 'NORTHWEST',
  SE: 'SOUTHEAST',
  SW: 'SOUTHWEST',
};

/** Words before the number of a flat; one source writes them, another doesn't. */
const unitWords = ['APARTMENT', 'APT', 'STE', 'SUITE', 'UNIT', 'RM', 'ROOM', 'SPACE'];

const states =
  'AL ALABAMA,AK ALASKA,AZ ARIZONA,AR ARKANSAS,CA CALIFORNIA,CO COLORADO,CT CONNECTICUT,DE DELAWARE,DC DISTRICT OF COLUMBIA,FL FLORIDA,GA GEORGIA,HI HAWAII,ID IDAHO,IL ILLINOIS,IN INDIANA,IA IOWA,KS KANSAS,KY KENTUCKY,LA LOUISIANA,ME MAINE,MD MARYLAND,MA MASSACHUSETTS,MI MICHIGAN,MN MINNESOTA,MS MISSISSIPPI,MO MISSOURI,MT MONTANA,NE NEBRASKA,NV NEVADA,NH NEW HAMPSHIRE,NJ NEW JERSEY,NM NEW MEXICO,NY NEW YORK,NC NORTH CAROLINA,ND NORTH DAKOTA,OH OHIO,OK OKLAHOMA,OR OREGON,PA PENNSYLVANIA,RI RHODE ISLAND,SC SOUTH CAROLINA,SD SOUTH DAKOTA,TN TENNESSEE,TX TEXAS,UT UTAH,VT VERMONT,VA VIRGINIA,WA WASHINGTON,WV WEST VIRGINIA,WI WISCONSIN,WY WYOMING'
    .split(',')
    .map((state) => [state.slice(0, 2), state.slice(3)] as const);

/** Upper case with one space for any run of punctuation and spaces. */
const words = (value: string): string => `TRIM(REGEXP_REPLACE(UPPER(${value}), '[!-/:-@\\[-\`{-~ ]+', ' '))`;

/** An address whose words are spelled out, without those for a flat; `street` is one of `words`. */
const spelled = (street: string): string => `ARRAY_JOIN(
      TRANSFORM(
        FILTER(SPLIT(${street}, ' '), word -> word NOT IN (${unitWords.map(text).join(', ')})),
        word -> CASE word ${Object.entries(spelledOut)
          .map(([short, long]) => `WHEN ${text(short)} THEN ${text(long)}`)
          .join(' ')} ELSE word END
      ),
      ' ')`;

const membersSql = `-- People of one surname at one address: one household. The address is compared in upper case, without punctuation,
-- with street types, directions and states spelled out, without the words for a flat, and by the first five of the ZIP.
WITH states (code, state_name) AS (
  VALUES
${states.map(([code, name]) => `    (${text(code)}, ${text(name)})`).join(',\n')}
),
homes AS (
  SELECT
    m.amp_id,
    ${words("m.address || ' ' || COALESCE(m.address2, '')")} AS street,
    ${words('m.city')} AS city,
    ${words('m.state')} AS state,
    SUBSTR(TRIM(m.postal), 1, 5) AS zip,
    UPPER(TRIM(m.surname)) AS surname
  FROM customer360.merged_customers m
  WHERE m.address IS NOT NULL AND m.city IS NOT NULL AND m.state IS NOT NULL AND m.postal IS NOT NULL AND m.surname IS NOT NULL
),
keyed AS (
  SELECT h.amp_id,
    LOWER(TO_HEX(MD5(TO_UTF8(${spelled('h.street')} || '|' || h.city || '|' || COALESCE(s.state_name, h.state) || '|' || h.zip || '|' || h.surname)))) AS hash
  FROM homes h
  LEFT JOIN states s ON s.code = h.state
)
SELECT
  k.amp_id,
  SUBSTR(k.hash, 1, 8) || '-' || SUBSTR(k.hash, 9, 4) || '-' || SUBSTR(k.hash, 13, 4) || '-' || SUBSTR(k.hash, 17, 4) || '-' || SUBSTR(k.hash, 21, 12) AS household_id
FROM keyed k`;

/** Working out an address costs most, and each person's is apart from all others'. */
export const householdMembers: DatabaseTable = {
  id: 'table/household-members',
  database: 'customer360',
  name: 'household_members',
  description: 'The household of each person whose address and surname are known; merged_households without sizes.',
  sql: membersSql,
  incremental_by: 'amp_id',
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
  },
};

export const mergedHouseholds: DatabaseTable = {
  id: 'table/merged-households',
  database: 'customer360',
  name: 'merged_households',
  description: 'Who lives together: people of one surname at one address.',
  sql: `SELECT
  m.amp_id,
  m.household_id,
  COUNT(*) OVER (PARTITION BY m.household_id) AS household_size
FROM customer360.household_members m`,
  incremental_by: 'household_id',
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
    household_id: {
      description: 'Made from the address and surname: the same in every run.',
      required: true,
      unique: false,
      pii: false,
    },
  },
};
