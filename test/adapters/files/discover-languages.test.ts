import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiscoveredFeed } from '../../../core/contracts/discover.ts';
import { text } from '../../../core/sql/quote.ts';
import { ingested, lines, tagsOf, typesOf } from '../../support/discovered.ts';
import { FileBench } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const discover = (name: string, content: string) => bench.discover(name, content);

/** The rows of a file by the ingest query that was discovered. */
const rowsBy = (name: string, found: DiscoveredFeed) =>
  ingested(`read_csv(${text(join(bench.folder, name))}, all_varchar = true)`, found);
const dayOf = (value: unknown) => (value instanceof Date ? value.toISOString().slice(0, 10) : value);

describe('a file in another language', () => {
  it('reads days as they are written in Chinese, Japanese and Korean', async () => {
    const row = (i: number) =>
      `${i},19${60 + (i % 40)}年${(i % 12) + 1}月${(i % 28) + 1}日,19${60 + (i % 40)}년 ${(i % 12) + 1}월 3일`;
    const found = await discover('days.csv', `id,生年月日,생일\n${lines(200, row)}\n`);
    expect(typesOf(found)).toMatchObject({ 生年月日: 'Date', 생일: 'Date' });
    expect(tagsOf(found)).toMatchObject({ birthdate: '生年月日' });
  });

  it('reads days of birth whose month is a word', async () => {
    const written = [
      '3 mars 1960',
      '1er août 1960',
      '3. März 1960',
      '12 de octubre de 1960',
      '5 maja 1960',
      '21 декабря 1960 г.',
      'March 3rd 1960',
      '7 févr. 1960',
      '31 février 1960',
      '12 foo 1960',
    ];
    const found = await discover('words.csv', `id,Né(e) le\n${lines(200, (i) => `${i},${written[i % 10]}`)}\n`);
    expect(tagsOf(found)).toMatchObject({ birthdate: 'birthdate' });
    const rows = await rowsBy('words.csv', found);
    expect(rows.slice(0, 10).map(({ birthdate }) => dayOf(birthdate))).toEqual([
      ...['1960-03-03', '1960-08-01', '1960-03-03', '1960-10-12', '1960-05-05'],
      ...['1960-12-21', '1960-03-03', '1960-02-07', null, null],
    ]);
    expect(found.questions.join()).toContain('40 of 200 values of Né(e) le say no day for certain');
  });

  it('takes two digits of a year of birth for the last year that they may be', async () => {
    const written = ['12-May-44', '30-Jun-99', '01-Jan-04', '09MAR68'];
    const found = await discover('short.csv', `id,dob\n${lines(200, (i) => `${i},${written[i % 4]}`)}\n`);
    expect(tagsOf(found)).toMatchObject({ birthdate: 'birthdate' });
    const rows = await rowsBy('short.csv', found);
    expect(rows.slice(0, 4).map(({ birthdate }) => dayOf(birthdate))).toEqual([
      ...['1944-05-12', '1999-06-30', '2004-01-01', '1968-03-09'],
    ]);
  });

  it('puts a comma behind a surname that stands in front, as the name of the field says', async () => {
    const names = [
      'ROSSI MARIO',
      '"BIANCHI, ANNA MARIA"',
      'VERDI',
      'De Luca Maria Pia',
      'DELLA VALLE UGO',
      'Dr. Conti Ada',
    ];
    const found = await discover('names.csv', `id,COGNOME_NOME\n${lines(6, (i) => `${i},${names[i]}`)}\n`);
    expect(tagsOf(found)).toMatchObject({ 'full-name': 'full_name' });
    const rows = await rowsBy('names.csv', found);
    expect(rows.map(({ full_name }) => full_name)).toEqual([
      'ROSSI, MARIO',
      'BIANCHI, ANNA MARIA',
      'VERDI',
      'De Luca, Maria Pia',
      'DELLA VALLE, UGO',
      'Conti, Ada',
    ]);
  });

  it('takes what is called a given name or a surname for whole names where it has several words and nothing has the rest', async () => {
    const [whole, parts] = [(i: number) => `${i},ROUX Anna ${i}x,1`, (i: number) => `${i},Anna Maria,Roux`];
    const alone = await discover('alone.csv', `id,Nom,n\n${lines(40, whole).replaceAll(/ \d+x/g, '')}\n`);
    expect(tagsOf(alone)).toMatchObject({ 'full-name': 'Nom' });
    const both = await discover('both.csv', `id,Prénom,Nom\n${lines(40, parts)}\n`);
    expect(tagsOf(both)).toMatchObject({ 'given-name': 'Prénom', surname: 'Nom' });
  });

  it('knows which names of Russians and Vietnamese stand in front, and keeps those between as evidence', async () => {
    const russian = await discover(
      'fio.csv',
      'id,ФИО\n1,Иванов Иван Петрович\n2,Анна Ильинична Белова\n3,Белов А.И.\n',
    );
    const [turned, kept, initials] = await rowsBy('fio.csv', russian);
    expect(turned).toMatchObject({ full_name: 'Иванов, Иван Петрович', other_names: 'Петрович' });
    expect(kept).toMatchObject({ full_name: 'Анна Ильинична Белова', other_names: 'Ильинична' });
    expect(initials).toMatchObject({ full_name: 'Белов, А.И.', other_names: null });
    const vietnamese = await discover('ten.csv', 'id,Họ và tên\n1,Nguyễn Văn An\n2,Lê Hà\n');
    expect((await rowsBy('ten.csv', vietnamese)).map(({ full_name }) => full_name)).toEqual([
      'Nguyễn, An Văn',
      'Lê, Hà',
    ]);
  });

  it('knows fields by letters that Unicode takes for no accented ones', async () => {
    const found = await discover(
      'is.csv',
      'id,Nafn,Fæðingardagur,Póstnúmer,Staður\n1,Anna Jónsdóttir,1960-05-06,101,Vík\n',
    );
    expect(tagsOf(found)).toMatchObject({ 'full-name': 'Nafn', birthdate: 'Fæðingardagur', city: 'Staður' });
  });
});
