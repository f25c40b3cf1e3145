import { expect, it } from 'vitest';
import { planText } from '../../cli/plan.ts';

it('shows what would change, and of a document that is refused only where', () => {
  const field = {
    path: 'settings.base_url',
    before: 'https://a.example',
    after: 'https://acme:the-password@a.example',
  };
  const nothing = {
    head: { version: null, documents: [] },
    files: [],
    documents: [],
    added: [],
    removed: [],
    kept: [],
  };
  const plan = { ...nothing, changed: [{ id: 'connection/a', fields: [field] }], warnings: [] };
  const error = { id: 'connection/a', path: 'settings', message: 'no', severity: 'error' } as const;
  expect(planText({ ...plan, errors: [] })).toContain('settings.base_url: "https://a.example" →');
  const refused = planText({ ...plan, errors: [error] });
  expect(refused).toContain('settings.base_url');
  expect(refused).not.toContain('the-password');
});
