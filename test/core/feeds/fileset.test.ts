import { describe, expect, it } from 'vitest';
import type { CourierFile } from '../../../core/contracts/sources.ts';
import { filePattern } from '../../../core/feeds/file-pattern.ts';
import { completeSets, matchFileset, missingFiles } from '../../../core/feeds/fileset.ts';

const file = (name: string, pattern: string, optional = false): CourierFile => ({
  name,
  pattern,
  optional,
  format: { type: 'csv' },
});
const at = (...names: string[]) => names.map((name) => ({ name, bytes: 1, modified: '2026-10-01T00:00:00.000Z' }));
const all = { from: null, to: null };

describe('file patterns', () => {
  it('read the date out of a name, in folders and in the file name', () => {
    expect(filePattern('web/{yyyy}/{MM}/{dd}/customers*.csv').match('web/2026/10/01/customers-eu.csv')).toBe(
      '2026-10-01',
    );
    expect(filePattern('customers-{yyyy}{MM}{dd}.csv').match('customers-20261001.csv')).toBe('2026-10-01');
  });

  it('take no file whose date the calendar does not have', () => {
    expect(filePattern('{yyyy}-{MM}-{dd}.csv').match('2026-13-01.csv')).toBeUndefined();
    expect(filePattern('{yyyy}-{MM}-{dd}.csv').match('2026-02-30.csv')).toBeUndefined();
  });

  it('let a star stand for anything up to the next slash, and nothing else be special', () => {
    expect(filePattern('in/*.csv').match('in/a.csv')).toBeNull();
    expect(filePattern('in/*.csv').match('in/deep/a.csv')).toBeUndefined();
    expect(filePattern('a.csv').match('abcsv')).toBeUndefined();
    expect(filePattern('a+(1)[x].csv').match('a+(1)[x].csv')).toBeNull();
  });

  it('want the same date wherever a token comes again', () => {
    const pattern = filePattern('{yyyy}-{MM}-{dd}/orders-{yyyy}{MM}{dd}.csv');
    expect(pattern.match('2026-10-01/orders-20261001.csv')).toBe('2026-10-01');
    expect(pattern.match('2026-10-01/orders-20261002.csv')).toBeUndefined();
  });

  it('are refused with an unknown token or half of a date', () => {
    expect(() => filePattern('{yy}.csv')).toThrow('unknown token {yy}');
    expect(() => filePattern('{yyyy}-{MM}.csv')).toThrow('make no date');
  });
});

describe('a fileset', () => {
  const files = [file('customers', '{yyyy}-{MM}-{dd}/customers.csv'), file('orders', '{yyyy}-{MM}-{dd}/orders*.csv')];

  it('comes in the order of its dates, then names, from the start of the range to before its end', () => {
    const sources = at(
      '2026-10-02/orders.csv',
      '2026-10-01/orders-b.csv',
      '2026-10-01/orders-a.csv',
      '2026-10-03/orders.csv',
    );
    const matches = matchFileset(files, sources, { from: '2026-10-01', to: '2026-10-03' });
    expect(matches.map((match) => match.source.name)).toEqual([
      '2026-10-01/orders-a.csv',
      '2026-10-01/orders-b.csv',
      '2026-10-02/orders.csv',
    ]);
  });

  it('tells which required file of which day is missing', () => {
    const matches = matchFileset(
      files,
      at('2026-10-01/customers.csv', '2026-10-01/orders.csv', '2026-10-02/orders.csv'),
      all,
    );
    expect(missingFiles(files, matches, all)).toEqual(['2026-10-02/customers.csv']);
    expect(completeSets(files, matches, all).map(({ source }) => source.name)).toEqual([
      '2026-10-01/customers.csv',
      '2026-10-01/orders.csv',
    ]);
    expect(missingFiles(files, [], { from: '2026-10-01', to: '2026-10-03' })).toHaveLength(4);
  });

  it('does without an optional file, and wants an undated one once', () => {
    const mixed = [
      file('customers', '{yyyy}-{MM}-{dd}/customers.csv'),
      file('notes', 'notes.txt'),
      file('extra', '{yyyy}-{MM}-{dd}/extra.csv', true),
    ];
    const matches = matchFileset(mixed, at('2026-10-01/customers.csv', '2026-10-02/customers.csv'), all);
    expect(missingFiles(mixed, matches, all)).toEqual(['notes.txt']);
    expect(completeSets(mixed, matches, all)).toEqual([]);
  });
});
