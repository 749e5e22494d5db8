/** What a test does. It has failed if it throws or rejects. */
export type TestBody = () => void | Promise<void>;

/** Defines one test, with whatever runs it: `node:test`, or a page. */
export type Define = (name: string, body: TestBody) => void;

/** Tests that import nothing but the library and what lies in this folder: they run wherever the library does. */
export interface Suite {
  readonly name: string;
  /** Defines all tests, in the order in which they are to run, one after the other. */
  readonly define: (test: Define) => void;
}
