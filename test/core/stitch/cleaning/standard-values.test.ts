import { describe, expect, it } from 'vitest';
import { email, gender, nameParts, phone, words } from '../../../../core/stitch/cleaning/standard-values.ts';

const parts = (name: string) => {
  const { given, surname } = nameParts(name);
  return [given, surname];
};

describe('a whole name', () => {
  it('has its surname at the end, or before a comma, a slash or a caret', () => {
    expect(parts('Dr. Ann Mary Kvist')).toEqual(['ANN', 'KVIST']);
    expect(parts('Kvist, Ann Mary')).toEqual(['ANN', 'KVIST']);
    expect(parts('KVIST/ANN MARY MRS')).toEqual(['ANN', 'KVIST']);
    expect(parts('KVIST^ANN^M')).toEqual(['ANN', 'KVIST']);
  });

  it('has its surname in front where that alone is in capitals, and may have a title', () => {
    expect(parts('KVIST Ann Mary')).toEqual(['ANN', 'KVIST']);
    expect(parts('M. DE LA TOUR Jean-Luc')).toEqual(['JEAN', 'TOUR']);
    expect(parts('Prof. Dr. Ann Kvist')).toEqual(['ANN', 'KVIST']);
    expect(parts('ANN KVIST')).toEqual(['ANN', 'KVIST']);
    expect(parts('JP Morgan')).toEqual(['JP', 'MORGAN']);
    expect(parts('M Kvist')).toEqual(['M', 'KVIST']);
  });

  it('has its surname in front in Chinese, Japanese and Korean letters, with a space between or without', () => {
    expect(parts('王小明')).toEqual(['小明', '王']);
    expect(parts('李娜')).toEqual(['娜', '李']);
    expect(parts('欧阳建国')).toEqual(['建国', '欧阳']);
    expect(parts('佐々木 恵子')).toEqual(['恵子', '佐々木']);
    expect(parts('김민준')).toEqual(['민준', '김']);
  });

  it('has its surname in front of a given name and a patronymic, or of initials', () => {
    expect(parts('Иванова Анна Сергеевна')).toEqual(['АННА', 'ИВАНОВА']);
    expect(parts('Анна Сергеевна Иванова')).toEqual(['АННА', 'ИВАНОВА']);
    expect(parts('Роман Аркадьевич Абрамович')).toEqual(['РОМАН', 'АБРАМОВИЧ']);
    expect(parts('Ivanova Anna Sergeevna')).toEqual(['ANNA', 'IVANOVA']);
    expect(parts('Иванов И.И.')).toEqual(['И', 'ИВАНОВ']);
    expect(parts('J. R. Kvist')).toEqual(['J', 'KVIST']);
  });
});

describe('a phone number', () => {
  it('is one as it is dialled at home and from abroad', () => {
    for (const [home, abroad] of [
      ['06 12 34 56 78', '+33 (0)6 12 34 56 78'],
      ['912 34 567', '+47 91234567'],
      ['601 234 567', '0048 601234567'],
      ['(212) 555-1234', '+1 212 555 1234'],
      ['8 (912) 345-67-89', '+7 912 345-67-89'],
      ['718 3191', '+354 7183191'],
    ] as const)
      expect(phone(abroad)).toBe(phone(home));
  });

  it('is none with fewer than seven digits, or with nothing but zeros before them', () => {
    expect([phone('555-12'), phone('0000000000'), phone('0000000001')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('words', () => {
  it('are one with any apostrophe, and with letters that are not everywhere', () => {
    expect(words('O’Brien')).toBe(words("O'Brien"));
    expect(words('Kjær Þór')).toBe('KJAER THOR');
  });
});

describe('a contact', () => {
  it('is a number without its extension, and the first of several', () => {
    for (const written of [
      '(217) 555-0134 x45',
      'Mobile: +1 217 555 0134',
      '2175550134 ext. 12',
      '+1 217.555.0134#3',
      'Home: 217-555-0134',
    ])
      expect(phone(written)).toBe('2175550134');
    expect(phone('217-555-0134, 309-555-0199')).toBe('2175550134');
    expect(phone('n/a; 217-555-0134')).toBe('2175550134');
    expect(phone('0421/5550134')).toBe('4215550134'.slice(-10));
    expect(phone('ext 45')).toBeUndefined();
  });

  it('is an address without the name that stands before it, and the first of several', () => {
    expect(email('ann@x.example, bo@y.example')).toBe('ANN@X.EXAMPLE');
    expect(email('ann@x.example ::: bo@y.example')).toBe('ANN@X.EXAMPLE');
    expect(email('Kvist, Ann <ann+shop@x.example>')).toBe('ANN@X.EXAMPLE');
    expect(email('none, sorry')).toBeUndefined();
  });
});

it('a sex may be told by its number, as ISO 5218 has it', () => {
  expect(['1', '2', 'female', 'M', '9'].map(gender)).toEqual(['M', 'F', 'F', 'M', '9']);
});
