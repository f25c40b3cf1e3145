import type { Problem } from '../contracts/validation.ts';

export const wrong = (id: string, path: string, message: string): Problem => ({ id, path, message, severity: 'error' });

export const doubtful = (id: string, path: string, message: string): Problem => ({
  id,
  path,
  message,
  severity: 'warning',
});
