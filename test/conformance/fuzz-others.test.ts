import { fuzzParsers } from '../support/fuzz-formats.ts';

const kinds = ['xml', 'xlsx', 'avro', 'cbor'];
fuzzParsers({ inputs: 8_000, seed: Number(process.env.FUZZ_SEED ?? 20261126), kinds });
