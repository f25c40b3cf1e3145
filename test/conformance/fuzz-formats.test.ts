import { fuzzFormats } from '../support/fuzz-formats.ts';

/** 9 parsers with as many inputs each, and 8 packings with half as many: more than 100,000 in all. */
const inputs = 8_000;

fuzzFormats({ inputs, seed: Number(process.env.FUZZ_SEED ?? 20261126) });
