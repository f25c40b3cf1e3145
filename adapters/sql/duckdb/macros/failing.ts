/** Begins each text that a macro fails by: no cast takes it, and the engine quotes it in words of its own. */
export const SAID = 'refused: ';

/** What a macro said, from the engine's message; undefined of any other failure. */
export const saidByMacro = (message: string): string | undefined =>
  new RegExp(`^Conversion Error: [^'"]*(['"])${SAID}(.*)\\1(?: to |, expected format)`, 's').exec(message)?.[2];
