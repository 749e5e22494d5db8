/** What an error has to be: each property that is given here. */
export interface ExpectedError {
  readonly name: string;
  readonly code?: string;
  readonly message?: RegExp;
}

/** What an assertion throws that does not hold. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

export function fail(message: string): never {
  throw new AssertionError(message);
}

export function ok(value: boolean, message = 'it is false'): asserts value {
  if (!value) fail(message);
}

/** The same value: `Object.is`. */
export function equal<T>(actual: unknown, expected: T, what = ''): asserts actual is T {
  if (!Object.is(actual, expected)) fail(`${prefix(what)}expected ${show(expected)}, got ${show(actual)}`);
}

/** The same class and the same contents: of primitives, arrays, typed arrays and plain objects. */
export function deepEqual(actual: unknown, expected: unknown, what = ''): void {
  const place = difference(actual, expected, '');
  if (place === null) return;
  fail(`${prefix(what)}expected ${show(expected)}, got ${show(actual)}${place === '' ? '' : `: see ${place}`}`);
}

/** What `run` throws. */
export function thrownBy(run: () => unknown): unknown {
  let result: unknown;
  try {
    result = run();
  } catch (error) {
    return error;
  }
  return fail(`nothing was thrown, ${show(result)} was returned`);
}

/** What `promise` is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    return error;
  }
  return fail(`nothing was rejected, it became ${show(result)}`);
}

/** `run` throws that error. */
export function throws(run: () => unknown, expected: ExpectedError): void {
  assertError(thrownBy(run), expected);
}

/** `promise` is rejected with that error. */
export async function rejects(promise: Promise<unknown>, expected: ExpectedError): Promise<void> {
  assertError(await rejectionOf(promise), expected);
}

/** `error` is what is expected. */
export function assertError(error: unknown, expected: ExpectedError): void {
  if (!(error instanceof Error)) fail(`expected a ${expected.name}, got ${show(error)}`);
  const { name, message } = error;
  const code = 'code' in error ? error.code : undefined;
  const fits =
    name === expected.name &&
    (expected.code === undefined || code === expected.code) &&
    (expected.message === undefined || expected.message.test(message));
  if (fits) return;
  const sought = [expected.name, expected.code, expected.message].filter((part) => part !== undefined).join(' ');
  throw new AssertionError(`expected ${sought}, got ${name} ${String(code)}: ${message}`, { cause: error });
}

/** Where the two differ first, like `.a[3]`; `''` where they do as a whole, `null` where they do not. */
function difference(actual: unknown, expected: unknown, place: string): string | null {
  if (Object.is(actual, expected)) return null;
  if (typeof actual !== 'object' || typeof expected !== 'object' || actual === null || expected === null) return place;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return place;
  const ours = actual as Readonly<Record<string, unknown>>;
  const theirs = expected as Readonly<Record<string, unknown>>;
  const isList = Array.isArray(actual) || ArrayBuffer.isView(actual);
  if (isList && ours['length'] !== theirs['length']) return `${place}.length`;
  if (Object.keys(ours).length !== Object.keys(theirs).length) return place;
  for (const key of Object.keys(theirs)) {
    const inner = isList ? `${place}[${key}]` : `${place}.${key}`;
    if (!Object.hasOwn(ours, key)) return inner;
    const found = difference(ours[key], theirs[key], inner);
    if (found !== null) return found;
  }
  return null;
}

function prefix(what: string): string {
  return what === '' ? '' : `${what}: `;
}

const SHOWN_CHARACTERS = 200;

function show(value: unknown): string {
  const text = ArrayBuffer.isView(value)
    ? `${value.constructor.name}[${[...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)].join()}]`
    : (JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part)) ?? String(value));
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}...`;
}
