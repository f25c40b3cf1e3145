/** Two thousand ordinary records of a thousand people, for a model to learn from. */
const crowd = `SELECT 'crowd' AS datasource, 'c' || i AS pk,
  ['Anna', 'Bert', 'Carla', 'Dora', 'Emil', 'Franz', 'Greta', 'Hans', 'Ida', 'Jakob'][1 + (hash(i // 2, 1) % 10)::INTEGER] AS given_name,
  'Name' || chr((65 + hash(i // 2, 2) % 26)::INTEGER) || chr((65 + hash(i // 2, 7) % 26)::INTEGER) || (hash(i // 2, 2) % 900) AS surname,
  CASE WHEN i % 7 <> 3 THEN 'u' || (i // 2) || '@x.org' END AS email, (DATE '1950-01-01' + (hash(i // 2, 3) % 20000)::INTEGER)::DATE AS birthdate,
  CASE WHEN i % 5 <> 1 THEN 'Street ' || (hash(i // 2, 4) % 500) END AS address, 'Town' || (hash(i // 2, 4) % 50) AS city,
  (10000 + hash(i // 2, 5) % 900)::VARCHAR AS postal, CASE WHEN i % 3 <> 1 THEN '212555' || (1000 + hash(i // 2, 6) % 8999) END AS phone
FROM range(2000) t(i)`;

/** Rows of a case together with the crowd's. */
export const recordsOf = (rows: string): string =>
  `WITH crowd AS (${crowd}) SELECT * FROM crowd UNION ALL BY NAME (${rows})`;

const born = "(DATE '1950-01-01' + (hash(i, 3) % 20000)::INTEGER)::DATE AS birthdate";
const web = (size: number, columns: string) =>
  `SELECT 'web' AS datasource, 'p' || i AS pk, ${columns} FROM range(${size}) t(i)`;

export interface HostileCase {
  name: string;
  /** Rows at its full size. */
  size: number;
  rows: (size: number) => string;
  /** Whom so many rows are, beside the crowd. */
  people: (size: number) => { least: number; most: number };
  warning: RegExp;
}

const exactly = (n: number) => ({ least: n, most: n });

/** Data that means it ill: each ends in bounded time and memory, with sound ids and a warning that names what is odd. */
export const hostileCases: readonly HostileCase[] = [
  {
    name: 'one e-mail on very many records',
    size: 400_000,
    rows: (size) =>
      web(
        size,
        `'Given' || (hash(i, 1) % 3000) AS given_name, 'Sur' || (hash(i, 2) % 20000) AS surname, 'shop@example.org' AS email, ${born},
  'Road ' || (hash(i, 4) % 90000) AS address, 'Town' AS city, (10000 + hash(i, 5) % 9000)::VARCHAR AS postal`,
      ),
    people: (size) => ({ least: 0.9 * size, most: size }),
    warning: /email "SHOP@EXAMPLE.ORG" is on [\d,]+ records with [\d,]+ names: it counts as empty/,
  },
  {
    name: 'identical records',
    size: 1_000_000,
    rows: (size) =>
      web(
        size,
        `'Ann' AS given_name, 'Lee' AS surname, 'ann@lee.org' AS email, DATE '1970-01-02' AS birthdate, '1 High St' AS address,
  'Town' AS city, '10001' AS postal, '2125550199' AS phone`,
      ),
    people: () => exactly(1),
    warning: /records say the same: "ANN, LEE/,
  },
  {
    name: 'a column of one value and nothing else',
    size: 100_000,
    rows: (size) => web(size, `'Lee' AS surname`),
    people: exactly,
    warning: /records say the same: "LEE"/,
  },
  {
    name: 'every field null',
    size: 100_000,
    rows: (size) => web(size, 'NULL::VARCHAR AS given_name'),
    people: exactly,
    warning: /records have no value that is compared: each is a person of its own/,
  },
  {
    name: 'a chain of pairwise similar records',
    size: 100_000,
    rows: (size) =>
      web(
        size,
        `'Ann' AS given_name, 'Lee' AS surname, left(md5(i::VARCHAR), 12) || '@lee.org' AS email,
  left(md5((i + 1)::VARCHAR), 12) || '@lee.org' AS email_1`,
      ),
    people: (size) => ({ least: 1, most: size }),
    warning: /profiles are linked in one chain, more than 500: only stronger links were kept/,
  },
  {
    name: 'people of one name in one city',
    size: 10_000,
    rows: (size) => web(size, `'Ann' AS given_name, 'Lee' AS surname, ${born}, 'Town' AS city, '10001' AS postal`),
    people: (size) => ({ least: 0.7 * size, most: size }),
    warning: /profiles share "ANN, LEE": rule name compares those alone that agree in more/,
  },
  {
    name: 'emoji, right-to-left, marks of control and texts of a megabyte',
    size: 60,
    rows: (size) =>
      web(
        size,
        `CASE i % 5 WHEN 0 THEN '😀👩‍👩‍👧' WHEN 1 THEN 'محمد' WHEN 2 THEN repeat('AB', 500000) WHEN 3 THEN 'nu' || chr(0) || 'll'
  ELSE chr(31) || chr(30) || chr(29) END AS given_name,
  CASE i % 2 WHEN 0 THEN 'שלום' ELSE repeat('Z ', 500000) END AS surname, 'x' || i || '@exämple.org' AS email, repeat('1 High St ', 100000) AS address`,
      ),
    people: (size) => ({ least: 1, most: size }),
    warning: /given_name has values of up to 1,000,000 letters/,
  },
  {
    name: 'a source loaded twice under two names, its keys again',
    size: 2000,
    rows: () => `SELECT 'again' AS datasource, * EXCLUDE (datasource) FROM crowd`,
    people: () => exactly(0),
    warning: /distinct records of again are in crowd too|distinct records of crowd are in again too/,
  },
];
