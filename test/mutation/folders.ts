/** The folders of `src/` of which all mutants have been run, with the folders of `test/` that are to kill them, the nearest first. */
export const MUTATED: Readonly<Record<string, readonly string[]>> = {
  wire: ['wire', 'ring'],
  gpa: ['gpa', 'ring'],
};

/** What is to be killed of all mutants: less is a failure. */
export const REQUIRED_PERCENT = 95;
