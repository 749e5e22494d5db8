/** What a page says of the tests that it runs, as they go. */
export type TestEvent =
  | { readonly kind: 'start'; readonly test: string }
  | { readonly kind: 'pass'; readonly test: string; readonly ms: number }
  | { readonly kind: 'fail'; readonly test: string; readonly ms: number; readonly error: string };

export type Report = (event: TestEvent) => void;

/** Where the tests of one run are. */
export type Place = 'main thread' | 'dedicated worker' | 'threads';

/** What a page is asked to do. */
export interface RunRequest {
  readonly place: Place;
  /** Only tests whose name has this. */
  readonly filter: string;
}
