/** Schemas of an environment: each is a database of the Glue catalog. */
export const schemas = ['domain', 'stitch', 'customer360'] as const;
