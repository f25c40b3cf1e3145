import { formatsInPackings } from '../../support/formats-in-packings.ts';

// Each packing has its turn; test/conformance has every format and encoding in all of them.
formatsInPackings((endings, n) => [endings[n % endings.length] ?? '']);
