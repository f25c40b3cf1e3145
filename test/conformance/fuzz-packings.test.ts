import { fuzzPackings, fuzzPgp } from '../support/fuzz-formats.ts';

const seed = Number(process.env.FUZZ_SEED ?? 20261126);
fuzzPackings({ inputs: 3_500, seed });
fuzzPgp({ inputs: 1_500, seed });
