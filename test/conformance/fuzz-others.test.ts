import { fuzzParquet, fuzzParsers } from '../support/fuzz-formats.ts';

const kinds = ['xml', 'xlsx', 'avro', 'cbor'];
const seed = Number(process.env.FUZZ_SEED ?? 20261126);
fuzzParsers({ inputs: 8_000, seed, kinds });
fuzzParquet({ inputs: 200, seed });
