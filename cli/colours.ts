import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Whether standard output shows colours: a terminal that can, and nobody who asked for none (NO_COLOR). */
const coloured = process.stdout.isTTY === true && process.stdout.hasColors();

const styled =
  (style: Style) =>
  (text: string): string =>
    coloured ? styleText(style, text) : text;

export const bold = styled('bold');
export const dim = styled('dim');
export const green = styled('green');
export const red = styled('red');
export const yellow = styled('yellow');
export const cyan = styled('cyan');
