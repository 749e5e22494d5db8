/** What is fuzzed: something that takes bytes that a hostile peer may have written. */
export interface FuzzTarget {
  /** The files of the library, or folders of them, whose coverage counts: beginnings of their paths. */
  readonly sources: readonly string[];
  /**
   * Throws where a promise is broken, whatever it is: an error of no type that SECURITY.md names, a read past the end, two readers that disagree. Bytes
   * that are refused are no failure.
   */
  run(input: Uint8Array<ArrayBuffer>): void | Promise<void>;
  /** Inputs to begin with, besides the corpus. Not called in instrumented code. */
  seeds(): readonly Uint8Array[];
}
