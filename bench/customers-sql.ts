/** The three systems that hold customers, and how often each knows a thing, in percent. */
export const customerSources = {
  crm: { email: 80, phone: 85, address: 85, birthdate: 50 },
  web: { email: 99, phone: 55, address: 80, birthdate: 15 },
  store: { email: 55, phone: 85, address: 65, birthdate: 30 },
} as const;
export type CustomerSource = keyof typeof customerSources;

/** Records that each of twenty people has: 49 together. */
const recordsOfTwenty = [1, 3, 2, 3, 4, 2, 3, 1, 3, 2, 2, 3, 1, 4, 2, 3, 3, 1, 2, 4];
const personOf49 = recordsOfTwenty.flatMap((records, person) => Array(records).fill(person));
const recordOf49 = recordsOfTwenty.flatMap((records) => [...Array(records).keys()]);

/** Every value is drawn by a hash of a number and a word, so that files don't depend on threads or on what is made when. */
export const macrosSql = `
-- Of one text: hashes of a number and a word apart are so alike that the names drawn by them would go in pairs.
CREATE MACRO draw(n, word, below) AS (hash(n || word) % below)::BIGINT;
CREATE MACRO chance(n, word, percent) AS hash(n || word) % 1000 < percent * 10;
CREATE MACRO choose(list, n, word) AS list_extract(list, 1 + draw(n, word, len(list)));
CREATE MACRO serial(n) AS lpad(((n + 1) * 2654435761 % 4294967296)::VARCHAR, 10, '0');
CREATE MACRO person_of(r) AS r // 49 * 20 + [${personOf49}][1 + r % 49];
CREATE MACRO source_of(r) AS 1 + (draw(person_of(r), 'source', 3) + [${recordOf49}][1 + r % 49]) % 3;
CREATE MACRO customer_of(r) AS ['C', 'W', 'S'][source_of(r)] || serial(r);
-- One letter lost, doubled, or replaced.
CREATE MACRO slip_at(word, place, n) AS
  substr(word, 1, place) || ['', substr(word, place, 1), 'e'][1 + draw(n, 'slip', 3)] || substr(word, place + 1 + draw(n, 'slip', 3) % 2);
CREATE MACRO slip(word, n) AS slip_at(word, 2 + draw(n, 'place', greatest(1, length(word) - 3)), n);
CREATE MACRO phone_of(n) AS
  choose(getvariable('area_codes'), n, 'area') || (200 + draw(n, 'exchange', 800))::VARCHAR || lpad(draw(n, 'line', 10000)::VARCHAR, 4, '0');
`;

/**
 * Those of the numbered records that a condition on `r` chooses: whose they are, in which source, and as they were typed,
 * for the first time or when they changed.
 */
export function recordsSql(condition: string, changed: boolean): string {
  const updated = changed
    ? "TIMESTAMP '2026-10-02 00:00:00' + to_seconds(draw(r, 'changed at', 86000))"
    : "TIMESTAMP '2019-01-01 00:00:00' + to_seconds(draw(r, 'updated at', 240000000))";
  return `
WITH person AS (
  SELECT r, person_of(r) AS p FROM numbers AS records(r) WHERE ${condition}
), truth AS (
  SELECT r, p, choose(getvariable('given_names'), p, 'given') AS given,
    -- Half of the people live with the one whose number is beside theirs, under one surname.
    CASE WHEN chance(p // 2, 'household', 50) THEN p // 2 * 2 ELSE p END AS home,
    choose(getvariable('surnames'), home, 'surname') AS family,
    CASE WHEN chance(r, 'moved', 8) OR ${changed} THEN p + 1000000000 ELSE home END AS house,
    choose(getvariable('cities'), home, 'city') AS town,
    lower(given['name'] || '.' || family) AS mailbox
  FROM person
)
SELECT r, p, ['crm', 'web', 'store'][source_of(r)] AS source, customer_of(r) AS customer_id,
  CASE WHEN chance(r, 'nickname', 10) THEN given['nickname'] WHEN chance(r, 'given typo', 4) THEN slip(given['name'], r)
    ELSE given['name'] END AS given_name,
  CASE WHEN chance(r, 'surname typo', 4) THEN slip(family, r) ELSE family END AS surname,
  CASE WHEN chance(r, 'junk email', 0.3) THEN 'test@test.com'
    ELSE (CASE WHEN chance(r, 'email typo', 1.5) THEN slip(mailbox, r) ELSE mailbox END)
      || p::VARCHAR || '@' || choose(getvariable('domains'), p, 'domain') END AS email,
  CASE WHEN chance(r, 'junk phone', 0.6) THEN '5555555555' WHEN chance(r, 'landline', 15) THEN phone_of(home)
    ELSE phone_of(p + 2000000000) END AS phone,
  (1 + draw(house, 'number', 9900))::VARCHAR || ' ' || choose(getvariable('streets'), house, 'street') || ' '
    || choose(getvariable('street_kinds'), house, 'kind')[1 + draw(r, 'short', 2)] AS address,
  town['name'] AS city, town['state'] AS state, town['postal'] || lpad((1 + draw(house, 'postal', 99))::VARCHAR, 2, '0') AS postal,
  DATE '1940-01-01' + draw(p, 'birth', 24000)::INTEGER AS birthdate, ${updated} AS updated_at
FROM truth`;
}

/** Whose each record is. */
export const truthSql = (records: number): string => `
SELECT ['crm', 'web', 'store'][source_of(r)] || '_customers' AS datasource, customer_of(r) AS pk, 'P' || person_of(r) AS person
FROM numbers AS records(r) WHERE r < ${records}`;

/** The rows of one source's file, of the records that are given as SQL. */
export function customersSql(source: CustomerSource, records: string): string {
  const known = customerSources[source];
  const columns = {
    email: 'email',
    phone: 'phone',
    address: 'address',
    city: 'address',
    state: 'address',
    postal: 'address',
    birthdate: 'birthdate',
  } as const;
  const shown = Object.entries(columns).map(
    ([column, thing]) => `CASE WHEN chance(r, '${thing} known', ${known[thing]}) THEN ${column} END AS ${column}`,
  );
  return `
SELECT customer_id, given_name, surname, ${shown.join(', ')}, strftime(updated_at, '%Y-%m-%dT%H:%M:%SZ') AS updated_at
FROM (${records}) WHERE source = '${source}'`;
}
