import { testAgainstModel } from '../model/model-property.ts';

// As test/ring/model-random.test.ts, which has no time for so many.
testAgainstModel(80);
