import { formatsInPackings } from '../support/formats-in-packings.ts';

formatsInPackings((endings) => endings);
