/** The folders of `src/` that mutants are made of, with the folders of `test/` that are to kill them, the nearest first. */
export const MUTATED: Readonly<Record<string, readonly string[]>> = {
  wire: ['wire', 'ring'],
  memory: ['memory', 'ring', 'direct'],
  gpa: ['gpa', 'ring'],
  ring: ['ring', 'direct'],
  pipe: ['pipe'],
};

/** What is to be killed of all mutants: less is a failure. */
export const REQUIRED_PERCENT = 95;
