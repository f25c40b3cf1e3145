import { z } from 'zod';

/** Tags whose values can be alike without being equal. */
const LIKENED = /^(given-name|surname|birthdate|email|phone|address|company|evidence-[a-z0-9-]+)$/;
const COMPARED =
  /^(given-name|surname|generational-suffix|birthdate|gender|email|phone|address|city|state|postal|company|loyalty-id|(fk|sk|bk|evidence)-[a-z0-9-]+)$/;

const tags = (known: RegExp, expected: string) =>
  z
    .array(
      z.string().regex(known, {
        error: ({ input }) => `${JSON.stringify(input)} can not be asked about: expected ${expected}`,
      }),
    )
    .min(1);
const compared = tags(COMPARED, 'a tag that Stitch compares, such as given-name, email, fk-… or evidence-…');
const likened = tags(
  LIKENED,
  'a tag whose values can be alike: a name, birthdate, email, phone, address, company or evidence-…',
);

const FORMS =
  'expected {cluster: values-match or values-approximately-match, of: [tags]}, {separate: values-differ or values-significantly-differ, of: [tags]}, or {separate: incompatible-names, different-birthdates, different-generations or different-companies}';

/** What is so of two records, and what follows from it (reference §3.6). Of several tags, it must be so of each. */
export const StitchRule = z.union(
  [
    z.strictObject({ cluster: z.literal('values-match'), of: compared }),
    z.strictObject({ cluster: z.literal('values-approximately-match'), of: likened }),
    z.strictObject({ separate: z.literal('values-differ'), of: compared }),
    z.strictObject({ separate: z.literal('values-significantly-differ'), of: likened }),
    z.strictObject({
      separate: z.enum(['incompatible-names', 'different-birthdates', 'different-generations', 'different-companies']),
    }),
  ],
  { error: ({ input }) => `${JSON.stringify(input)} is no rule: ${FORMS}` },
);
export type StitchRule = z.infer<typeof StitchRule>;
