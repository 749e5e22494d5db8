// Runs the suites of test/suites/ in Chromium: `npm run test:browser`, or with `-- TEXT` only the tests whose name has it.
import type { Browser, Page } from 'playwright-core';
import { EXIT_BY_SIGNAL } from '../src/cli/exit-codes.ts';
import type { Place, TestEvent } from '../test/browser/test-event.ts';
import { type BrowserBundles, bundleForBrowser } from './browser-bundles.ts';
import { BrowserProgress } from './browser-progress.ts';
import { type BrowserServer, type PageKind, serve } from './browser-server.ts';
import { launchChromium } from './chromium.ts';
import type { EndingSignal } from './ending-signals.ts';

/** All of it: what takes longer hangs. */
const TIME_LIMIT_MS = 300_000;

/** Loading a page from this machine. */
const LOAD_LIMIT_MS = 30_000;

interface Run {
  readonly page: PageKind;
  readonly place: Place;
}

const RUNS: readonly Run[] = [
  { page: 'isolated', place: 'main thread' },
  { page: 'isolated', place: 'dedicated worker' },
  { page: 'isolated', place: 'threads' },
  { page: 'strict', place: 'threads' },
  { page: 'plain', place: 'main thread' },
  { page: 'plain', place: 'dedicated worker' },
];

class Interrupted extends Error {
  readonly exitCode: number;

  constructor(signal: EndingSignal) {
    super(`stopped by ${signal}`);
    this.exitCode = EXIT_BY_SIGNAL[signal];
  }
}

/** Rejects when the whole should stop: time is over, or somebody pressed Ctrl-C. */
function stopped(progress: BrowserProgress): Promise<never> {
  return new Promise((_, reject) => {
    const late = (): void => {
      const test = progress.running === null ? '' : `; ${progress.running} was running`;
      reject(new Error(`not at its end after ${TIME_LIMIT_MS / 1000} s${test}`));
    };
    setTimeout(late, TIME_LIMIT_MS).unref();
    for (const signal of Object.keys(EXIT_BY_SIGNAL) as EndingSignal[]) {
      process.once(signal, () => reject(new Interrupted(signal)));
    }
  });
}

/** Rejects when the page cannot go on. What it complains of besides is a failure, and it goes on. */
function broken(page: Page, progress: BrowserProgress): Promise<never> {
  page.on('pageerror', (error) => progress.fail('an error that nobody caught', error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') progress.fail('the console has an error', message.text());
  });
  return new Promise((_, reject) => {
    page.on('crash', () => reject(new Error('the page has crashed')));
  });
}

async function runIn(browser: Browser, url: string, { place }: Run, progress: BrowserProgress): Promise<void> {
  const filter = process.argv[2] ?? '';
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const breakage = broken(page, progress);
    await page.exposeFunction('report', (event: TestEvent) => progress.see(event));
    await page.goto(url, { timeout: LOAD_LIMIT_MS });
    await page.waitForFunction('runTests', undefined, { timeout: LOAD_LIMIT_MS });
    const request = JSON.stringify({ place, filter });
    await Promise.race([page.evaluate(`runTests(${request})`), breakage]);
    if (progress.testsHere === 0 && filter === '') progress.fail('all of them', 'no test was run');
  } finally {
    await context.close();
  }
}

async function runAll(browser: Browser, server: BrowserServer, progress: BrowserProgress): Promise<void> {
  for (const run of RUNS) {
    progress.begin(`${run.page} page, ${run.place}`);
    await runIn(browser, server.pageUrl(run.page), run, progress);
  }
}

/** Runs everything with a browser and a server of its own, which are gone afterwards. */
async function runWithBrowser(bundles: BrowserBundles, progress: BrowserProgress): Promise<void> {
  const stop = stopped(progress);
  const server = await serve(bundles);
  const launching = launchChromium();
  try {
    const browser = await Promise.race([launching, stop]);
    console.log(`Chromium ${browser.version()}`);
    const gone = new Promise<never>((_, reject) => {
      browser.once('disconnected', () => reject(new Error('Chromium has ended')));
    });
    await Promise.race([runAll(browser, server, progress), stop, gone]);
  } finally {
    await launching.then(
      (browser) => browser.close(),
      () => {},
    );
    await server.close();
  }
}

async function main(): Promise<number> {
  const bundles = await bundleForBrowser();
  const progress = new BrowserProgress((stack) => bundles.mapStack(stack));
  try {
    await runWithBrowser(bundles, progress);
  } catch (error) {
    if (error instanceof Interrupted) {
      console.error(`\n${error.message}`);
      return error.exitCode;
    }
    progress.fail('the run itself', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    progress.end();
  }
  if (progress.passed === 0) console.log('no test was run');
  return progress.failed === 0 && progress.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
