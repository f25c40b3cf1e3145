import { describe, expect, test } from 'vitest';
import { validateDocuments } from '../../../core/environments/validate.ts';
import { shopDocuments } from '../../support/tenant.ts';
import { errors, shop } from '../../support/validating.ts';

const customers = 'feed/web-customers';

test('nothing is wrong with a configuration that works', () => {
  expect(validateDocuments(shopDocuments)).toMatchObject({ errors: [], warnings: [] });
});

test('every document is told of, not only the first', () => {
  const found = errors([{ id: 'feed/a' }, { id: 'nonsense/b' }, 7, { id: 'courier/c', type: 1 }]);
  expect(found).toHaveLength(4);
  expect(found[2]).toMatch(/^documents\.2 : document: no id/);
});

test('two documents of one id are refused, and so is a second Stitch or tenant', () => {
  expect(errors([...shopDocuments, shopDocuments[1]])).toEqual([
    expect.stringContaining('another document has the same'),
  ]);
  const second = errors(shop({}, { id: 'stitch/other' }));
  expect(second).toEqual(['stitch/other id: a tenant has one document of the kind stitch: remove one of them']);
});

test('a wait that a run has no time for is refused with the longest that there is', () => {
  const couriers = [{ courier: 'courier/web', wait: 2_592_000 }];
  expect(errors(shop({ 'courier-group/daily': { couriers } }))).toEqual([
    expect.stringMatching(/couriers.0.wait: .*432000 seconds \(5 days\) at most: a run ends within 14 days/),
  ]);
});

test('a file that a courier loads into one feed twice is refused', () => {
  const load = { feed: 'feed/web-customers', file: 'any' };
  const files = [{ name: 'any', pattern: '*.csv', format: { type: 'csv' } }];
  const found = errors(shop({ 'courier/web': { files, loads: [load, load] } }));
  expect(found).toContain(
    'courier/web loads.1: any into feed/web-customers is loaded above: expected each file once into a feed',
  );
});

test('a courier that a group lists twice is refused, since one run would load its files twice', () => {
  const couriers = [{ courier: 'courier/web' }, { courier: 'courier/web', wait: 60 }];
  expect(errors(shop({ 'courier-group/daily': { couriers } }))).toEqual([
    'courier-group/daily couriers.1.courier: courier/web is listed above: expected each courier once in a group',
  ]);
});

test('a delimiter or a quote that no line can be cut by is refused', () => {
  const file = (name: string, more: object) => ({ name, pattern: '*', format: { type: 'csv', ...more } });
  const files = [
    file('one', { delimiter: '|;', quote: ';' }),
    file('two', { delimiter: '\n' }),
    file('three', { delimiter: '|', quote: "'" }),
  ];
  expect(errors(shop({ 'courier/web': { files, loads: [] } }))).toEqual([
    'courier/web files.0.format.quote: the quote ; is in the delimiter |;: expected another',
    'courier/web files.1.format.delimiter: the delimiter "\\n" ends a line: expected another',
  ]);
});

test('a pattern that names no file is refused where it stands', () => {
  const file = (more: object) => ({ name: 'any', pattern: '*', format: { type: 'csv' }, ...more });
  const files = [
    file({ pattern: '{yyyy}.csv' }),
    file({ name: 'more', format: { type: 'csv', members: '{day}.csv' } }),
  ];
  const found = errors(shop({ 'courier/web': { files, loads: [] } })).filter((one) =>
    one.startsWith('courier/web files'),
  );
  expect(found).toEqual([
    expect.stringMatching(/files.0.pattern: .*\{yyyy\} alone make no date/),
    expect.stringMatching(/files.1.format.members: .*unknown token \{day\}/),
  ]);
});

test('a schedule of a day that no year has is refused', () => {
  expect(errors(shop({ 'courier-group/daily': { schedule: '0 0 30 2 *' } }))).toEqual([
    'courier-group/daily schedule: "0 0 30 2 *" never comes: expected a day that some year has',
  ]);
  expect(errors(shop({ 'courier-group/daily': { schedule: '0 0 29 2 *' } }))).toEqual([]);
});

describe('a reference', () => {
  test.each([
    [
      'a feed',
      { 'courier/web': { loads: [{ feed: 'feed/gone', file: 'lines' }] } },
      'courier/web loads.0.feed: no feed feed/gone',
    ],
    [
      'a file',
      { 'courier/web': { loads: [{ feed: customers, file: 'people' }] } },
      'courier/web loads.0.file: no file people',
    ],
    [
      'an ingest query',
      { 'courier/web': { loads: [{ feed: customers, file: 'customers', ingest_query: 'ingest-query/gone' }] } },
      'courier/web loads.0.ingest_query: no ingest-query',
    ],
    [
      'a courier',
      { 'courier-group/daily': { couriers: [{ courier: 'courier/gone' }] } },
      'couriers.0.courier: no courier courier/gone: there is courier/web',
    ],
    [
      'a table',
      { 'stitch/default': { tables: ['web_lines'] } },
      'stitch/default tables: web_lines is not available to Stitch: expected one of web_customers',
    ],
  ])('to %s that leads nowhere is refused at its place', (_what, changes, expected) => {
    expect(errors(shop(changes)).join('\n')).toContain(expected);
  });

  test('that nobody makes to a feed is a warning', () => {
    const lonely = { id: 'feed/lonely', source: 'a', name: 'b', primary_key: ['x'], fields: [{ field: 'x' }] };
    expect(validateDocuments(shop({}, lonely)).warnings).toMatchObject([{ id: 'feed/lonely', severity: 'warning' }]);
  });
});

describe('a feed', () => {
  test.each([
    [
      'a key that is no column',
      { primary_key: ['key'] },
      'primary_key.0: no column key: expected one of id, given_name',
    ],
    [
      'a last-updated of another type',
      { last_updated: 'surname' },
      'last_updated: the column surname is String: expected a Datetime or an Integer',
    ],
    ['a zone that there is not', { time_zone: 'Europe/Atlantis' }, 'time_zone: no time zone "Europe/Atlantis"'],
    [
      'two fields of one column',
      { fields: [{ field: 'id' }, { field: 'ID' }], last_updated: undefined },
      'fields.1.column: two fields become the column id',
    ],
    [
      'a field that is listed twice',
      { fields: [{ field: 'id' }, { field: 'id', column: 'other' }], last_updated: undefined },
      'fields.1.field: the field "id" is listed twice',
    ],
    ['a key that names a column twice', { primary_key: ['id', 'id'] }, 'primary_key.1: the key names id twice'],
    [
      'a date pattern on text',
      { fields: [{ field: 'id', patterns: ['yyyy-MM-dd'] }], last_updated: undefined },
      'fields.0.patterns: the field id is String and has date patterns',
    ],
    [
      'a tag that is not known',
      { fields: [{ field: 'id', semantics: ['given-nam'] }], last_updated: undefined },
      'the nearest is given-name',
    ],
    [
      'a birthdate that is text',
      { fields: [{ field: 'id', semantics: ['birthdate'] }], last_updated: undefined },
      'expected a Date',
    ],
    [
      'a date pattern without sense',
      { fields: [{ field: 'id', type: 'Date', patterns: ['qq'] }], last_updated: undefined },
      'fields.0.patterns: ',
    ],
  ])('with %s is refused', (_what, change, expected) => {
    expect(errors(shop({ [customers]: change })).join('\n')).toContain(expected);
  });
});

describe('a schedule', () => {
  test.each(['each day', '0 5 * *', '0 0 5 * * *', '61 5 * * *'])('%s is refused', (schedule) => {
    expect(errors(shop({ 'courier-group/daily': { schedule } }))).toEqual([
      expect.stringMatching(/^courier-group\/daily schedule: .* expected five fields such as 0 5 \* \* \*$/),
    ]);
  });

  test('in a zone that there is not is refused', () => {
    const found = errors(shop({ 'courier-group/daily': { schedule: '0 5 * * *', time_zone: 'Mars' } }));
    expect(found).toEqual([expect.stringContaining('courier-group/daily time_zone: no time zone "Mars"')]);
  });
});

describe('a courier group that starts by itself', () => {
  test('has a name that AWS has room for', () => {
    const id = `courier-group/${'a'.repeat(52)}`;
    const couriers = [{ courier: 'courier/web' }];
    const found = errors(shop({}, { id, couriers, schedule: '0 5 * * *' }));
    expect(found).toEqual([
      expect.stringContaining('52 letters after the slash: a group that starts by itself has 51'),
    ]);
    expect(errors(shop({}, { id, couriers }))).toEqual([]);
  });

  test('on arrival needs a courier that reads the inbox', () => {
    const courier = {
      id: 'courier/api',
      type: 'http',
      files: [{ name: 'a', pattern: 'a.csv', format: { type: 'csv' } }],
    };
    const group = { id: 'courier-group/api', couriers: [{ courier: 'courier/api' }], start_on_arrival: true };
    expect(errors(shop({}, courier, group))).toEqual([
      expect.stringContaining('courier-group/api start_on_arrival: no courier of this group reads the inbox'),
    ]);
  });
});

test('a stream is pulled by one courier, which takes what it has landed out of it', () => {
  const courier = {
    type: 'stream',
    settings: { stream: 'stream/events' },
    files: [{ name: 'events', pattern: '{yyyy}-{MM}-{dd}/*.ndjson', format: { type: 'ndjson' } }],
  };
  const one = [{ id: 'stream/events' }, { ...courier, id: 'courier/one' }];
  expect(validateDocuments(shop({}, ...one))).toMatchObject({ errors: [], warnings: [] });
  expect(errors(shop({}, ...one, { ...courier, id: 'courier/two' }))).toEqual([
    expect.stringContaining('courier/two settings.stream: courier/one pulls stream/events already'),
  ]);
});

test('a courier whose patterns mean no file of its stream is warned of', () => {
  const courier = (pattern: string) => ({
    id: 'courier/events',
    type: 'stream',
    settings: { stream: 'stream/events' },
    files: [{ name: 'events', pattern, format: { type: 'ndjson' } }],
  });
  const warned = (pattern: string, format: string) =>
    validateDocuments(shop({}, { id: 'stream/events', format }, courier(pattern))).warnings.map(({ path }) => path);
  expect(warned('*.ndjson', 'json')).toEqual(['files']);
  expect(warned('{yyyy}-{MM}-{dd}/*.ndjson', 'xml')).toEqual(['files']);
  expect(warned('{yyyy}-{MM}-{dd}/*.xml', 'xml')).toEqual([]);
  expect(warned('*/*', 'json')).toEqual([]);
});

test('a rule of Stitch about what no record has is warned of', () => {
  const rules = [
    { cluster: 'values-match', of: ['email', 'phone'] },
    { cluster: 'values-match', of: ['email'] },
    { separate: 'different-companies' },
  ];
  const { errors, warnings } = validateDocuments(shop({ 'stitch/default': { rules } }));
  expect(errors).toEqual([]);
  expect(warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    expect.stringContaining('rules.0: no table that takes part in Stitch has a column tagged phone,'),
    expect.stringContaining('rules.2: no table that takes part in Stitch has a column tagged company,'),
  ]);
});

test('bad values of what Stitch does not look for them in are refused, with the nearest that it does', () => {
  const bad = (semantic: string) =>
    errors(shop({ 'stitch/default': { bad_values: [{ semantic, value: 'x', datasource: '*' }] } }));
  expect(bad('emial')).toEqual([
    'stitch/default bad_values.0.semantic: emial is no tag that Stitch compares by its values; the nearest is email: expected one such as email, given-name or evidence-<name>',
  ]);
  expect(bad('street').join()).toContain('the nearest is state');
  for (const semantic of ['email', 'given_name', 'evidence-occupation', 'fk-loyalty', 'gender', 'email-user'])
    expect(bad(semantic)).toEqual([]);
});

test('a clean source that takes no part in Stitch is doubted', () => {
  const { errors: wrong, warnings } = validateDocuments(
    shop({ 'stitch/default': { clean_sources: ['wbe_customers'] } }),
  );
  expect(wrong).toEqual([]);
  expect(warnings.map(({ message }) => message).join()).toContain(
    'wbe_customers is no table that takes part in Stitch',
  );
});

test('labels and corrections that can not all hold are refused, with the chain', () => {
  const label = (label: string, partition: string, pk: string) => ({
    label,
    partition,
    datasource: 'web_customers',
    pk,
  });
  const labels = [label('case', '1', '1'), label('case', '1', '2')];
  const [one, other] = ['1', '2'].map((pk) => ({ datasource: 'web_customers', pk }));
  const correction = {
    id: 'correction/twins',
    says: 'apart',
    one,
    other,
    reason: 'twins',
    author: 'ada',
    at: '2026-11-23T00:00:00Z',
  };
  const documents = shop({ 'stitch/default': { labels } }, correction);
  expect(errors(documents)).toEqual([
    'stitch/default labels: what is said of records can not all hold: web_customers/1 = web_customers/2 (label "case" of stitch/default), but web_customers/1 ≠ web_customers/2 ("twins", ada, correction/twins); take one of them back',
  ]);
  const undone = { reason: 'no', author: 'ada', at: '2026-11-24T00:00:00Z' };
  expect(errors(shop({ 'stitch/default': { labels } }, { ...correction, undone }))).toEqual([]);
});
