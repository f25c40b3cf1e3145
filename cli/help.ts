/** The end of a command's help: how it is used, line by line. */
export const examples = (...lines: readonly string[]): string =>
  `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  tributary ${line}`).join('\n')}`;
