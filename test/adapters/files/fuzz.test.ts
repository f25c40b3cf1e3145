import { fuzzFormats } from '../../support/fuzz-formats.ts';

// More of the same, with other seeds, are in test/conformance.
fuzzFormats({ inputs: 200, seed: 1 });
