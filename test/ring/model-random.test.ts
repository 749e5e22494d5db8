import { testAgainstModel } from '../model/model-property.ts';

// test/stress/model-random.stress.ts has time for more.
testAgainstModel(25);
