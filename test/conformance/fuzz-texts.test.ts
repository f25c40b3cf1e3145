import { fuzzParsers } from '../support/fuzz-formats.ts';

// With the other parsers (fuzz-others) and packings (fuzz-packings) 100,000 inputs in all.
const kinds = ['csv', 'ndjson', 'fixed-width', 'json', 'json one after the other'];
fuzzParsers({ inputs: 8_000, seed: Number(process.env.FUZZ_SEED ?? 20261126), kinds });
