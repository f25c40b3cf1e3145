import { describe, expect, it } from 'vitest';
import { email, nameParts, phone } from '../../../../core/stitch/cleaning/standard-values.ts';

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
});

describe('a contact', () => {
  it('is a number without its extension, and the first of several', () => {
    for (const written of ['(217) 555-0134 x45', '2175550134 ext. 12', '+1 217.555.0134#3', 'Home: 217-555-0134'])
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
