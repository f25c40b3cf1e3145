import { z } from 'zod';

/**
 * The column types of Tributary. Datetime is UTC to the microsecond; Decimal has precision 38 and scale 0 to 37,
 * written `Decimal(38,4)`, or `Decimal(4)` for short. The mapping to each engine is `core/sql/types.ts`.
 */
export const ColumnType = z
  .string()
  .regex(
    /^(Boolean|Date|Datetime|Float|Integer|String|Decimal\((38, ?)?([0-9]|[12][0-9]|3[0-7])\))$/,
    'expected Boolean, Date, Datetime, Decimal(38,s), Float, Integer or String',
  );
export type ColumnType = z.infer<typeof ColumnType>;

/** A column as tables describe it to people and to other parts. */
export const Column = z.object({ name: z.string(), type: ColumnType });
export type Column = z.infer<typeof Column>;
