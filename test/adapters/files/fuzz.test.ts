import { fuzzPackings, fuzzParquet, fuzzParsers, fuzzPgp } from '../../support/fuzz-formats.ts';

// More of the same, with other seeds, are in test/conformance.
fuzzParsers({ inputs: 200, seed: 1 });
fuzzPackings({ inputs: 100, seed: 1 });
fuzzPgp({ inputs: 40, seed: 1 });
fuzzParquet({ inputs: 40, seed: 1 });
