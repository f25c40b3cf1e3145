import { fuzzPackings } from '../support/fuzz-formats.ts';

fuzzPackings({ inputs: 3_500, seed: Number(process.env.FUZZ_SEED ?? 20261126) });
