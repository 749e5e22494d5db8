import type { Suite, TestBody } from '../suites/suite.ts';
import type { Report } from './test-event.ts';
import { WEB } from './web-scope.ts';

/** A test that takes longer hangs: it has failed, and the next one is run. */
const TIME_LIMIT_MS = 30_000;

interface NamedTest {
  readonly name: string;
  readonly body: TestBody;
}

/** Runs the tests of these suites whose name has `filter`, one after the other. */
export async function runSuites(suites: readonly Suite[], filter: string, report: Report): Promise<void> {
  const tests: NamedTest[] = [];
  for (const suite of suites) suite.define((name, body) => tests.push({ name: `${suite.name}: ${name}`, body }));
  for (const test of tests) {
    if (test.name.includes(filter)) await run(test, report);
  }
}

async function run({ name, body }: NamedTest, report: Report): Promise<void> {
  report({ kind: 'start', test: name });
  const began = performance.now();
  const errors: unknown[] = [];
  const onError = (event: Event): void => {
    event.preventDefault();
    errors.push(errorOf(event));
  };
  WEB.addEventListener('error', onError);
  WEB.addEventListener('unhandledrejection', onError);
  try {
    await limited(body);
    // Rejections that nobody handled are told of between two turns of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 0));
  } catch (error) {
    errors.unshift(error);
  } finally {
    WEB.removeEventListener('error', onError);
    WEB.removeEventListener('unhandledrejection', onError);
  }
  const ms = performance.now() - began;
  if (errors.length === 0) report({ kind: 'pass', test: name, ms });
  else report({ kind: 'fail', test: name, ms, error: errors.map(errorText).join('\n') });
}

async function limited(body: TestBody): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
  try {
    await Promise.race([body(), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** What an `ErrorEvent` or a `PromiseRejectionEvent` is about. */
function errorOf(event: Event): unknown {
  if ('reason' in event) return event.reason;
  return 'error' in event && event.error !== null ? event.error : 'message' in event ? event.message : event.type;
}

/** The error with its stack, and those that it comes from. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}\ncaused by ${errorText(error.cause)}`;
}
