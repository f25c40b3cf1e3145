import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lines, tagsOf } from '../../support/discovered.ts';
import { FileBench } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const discover = (name: string, content: string) => bench.discover(name, content);

describe('a discovered feed of people', () => {
  it('takes first and last for names beside each other or a person, and where they are no days or numbers', async () => {
    const tags = async (head: string, row: (i: number) => string) =>
      tagsOf(await discover('called.csv', `nr,${head}\n${lines(60, (i) => `${i},${row(i)}`)}\n`));
    const names = (i: number) => `${'Ann Bob Cleo Dan'.split(' ')[i % 4]},Kvist${'abcdefghijk'[i % 11]}`;
    expect(await tags('first,last', names)).toMatchObject({ 'given-name': 'first', surname: 'last' });
    expect(await tags('name_first,name_surname', names)).toMatchObject({
      'given-name': 'name_first',
      surname: 'name_surname',
    });
    expect(await tags('last', (i) => names(i).split(',')[1] ?? '')).toEqual({});
    const bought = await tags('first,last,email', (i) => `2024-01-${10 + (i % 9)},${i % 7},p${i}@example.com`);
    expect(bought).toEqual({ email: 'email' });
  });

  it('knows whole names by their words where the field is called otherwise, but not those of companies or of somebody else', async () => {
    const given = 'Ann Bob Cleo Dan Edda Finn'.split(' ');
    const surname = (i: number) => `Kv${'aeiou'[i % 5]}st${'bdgklmnprs'[(i >> 2) % 10]}${'aeiou'[(i >> 4) % 5]}n`;
    const person = (i: number) =>
      [`Mrs ${given[i % 6]} ${surname(i)}`, `${surname(i)}, ${given[i % 6]} J.`][i % 2] ?? '';
    const company = (i: number) => `${surname(i)} and ${surname(i * 7)} ${['Ltd', 'Group', 'Bank'][i % 3]}`;
    const names = async (field: string, value: (i: number) => string, other = 'town') => {
      const rows = lines(200, (i) => `"${value(i)}";${surname(i)}`);
      return tagsOf(await discover(`whole-${field}.csv`, `${field};${other}\n${rows}\n`))['full-name'];
    };
    expect(await names('client', (i) => `${given[i % 6]} ${surname(i)}`)).toBe('client');
    expect(await names('x7', person)).toBe('x7');
    expect(await names('client', company)).toBeUndefined();
    expect(await names('mother', person)).toBeUndefined();
    expect(await names('x7', person, 'surname')).toBeUndefined();
    expect(await names('x7', (i) => `Mr ${surname(i % 9)}`)).toBeUndefined();
  });

  it('takes what is somebody else’s for the person’s only where there is nothing of their own', async () => {
    const tags = async (head: string, row: (i: number) => string) =>
      tagsOf(await discover('others.csv', `nr,${head}\n${lines(60, (i) => `${i},${row(i)}`)}\n`));
    const both = (i: number) => `a${i % 5}@agency.example,555-201-300${i % 5},c${i}@example.com,555-202-${1000 + i}`;
    expect(await tags('agent_email,agent_phone,client_email,client_phone', both)).toEqual({
      email: 'client_email',
      phone: 'client_phone',
    });
    expect(await tags('Parent Email,Emergency Phone,E-mail,Mobile', both)).toEqual({
      email: 'E-mail',
      phone: 'Mobile',
    });
    expect(await tags('Parent Email,Parent Phone', (i) => both(i).split(',').slice(0, 2).join(','))).toEqual({
      email: 'Parent Email',
      phone: 'Parent Phone',
    });
    const born = (i: number) => `19${60 + (i % 30)}-01-15,20${10 + (i % 9)}-03-20`;
    expect(await tags("Parent DOB,Child's DOB", born)).toEqual({ birthdate: "Child's DOB" });
  });
});
