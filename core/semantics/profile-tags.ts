import { group } from './tag.ts';

/** Tags of a person's profile and of keys (reference §2.1, §2.2). */
export const profileTags = [
  ...group('', 'given-name:string surname:string full-name:string generational-suffix:string title:string'),
  ...group('', 'birthdate:date gender:string create-dt:datetime update-dt:datetime'),
  ...group(
    '',
    `email:string phone:string address:string address2:string city:string state:string postal:string country:string
    company:string loyalty-id:string`,
    { ordinals: true },
  ),
  ...group('', 'pk ck customer-id database-key'),
  ...group('db', 'required unique'),
];

/** Tags that a tenant names the end of. */
export const namespaces = [
  { prefix: 'fk-', example: 'fk-loyalty' },
  { prefix: 'sk-', example: 'sk-tax-number' },
  { prefix: 'bk-', example: 'bk-device' },
  { prefix: 'evidence-', example: 'evidence-occupation' },
  { prefix: 'source/', example: 'source/web' },
] as const;
