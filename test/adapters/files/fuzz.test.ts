import { fuzzPackings, fuzzParsers } from '../../support/fuzz-formats.ts';

// More of the same, with other seeds, are in test/conformance.
fuzzParsers({ inputs: 200, seed: 1 });
fuzzPackings({ inputs: 100, seed: 1 });
