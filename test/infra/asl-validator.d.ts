declare module 'asl-validator' {
  /** What is wrong with a state machine's definition. */
  export default function validate(
    definition: unknown,
    options?: { checkArn?: boolean; checkPaths?: boolean },
  ): { isValid: boolean; errors: unknown[] };
}
