import { accessSync, constants } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Debian's package has it. */
const EXECUTABLE = '/usr/bin/chromium';

const ARGUMENTS = [
  // Containers do not let it have one. It only loads what this machine serves.
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const LAUNCH_LIMIT_MS = 60_000;

/**
 * Starts Chromium without a window, with a profile of its own that is gone when it is closed. Throws where it is not installed:
 * tests that were not run have not passed.
 */
export async function launchChromium(): Promise<Browser> {
  try {
    accessSync(EXECUTABLE, constants.X_OK);
  } catch (error) {
    throw new Error(`Chromium is not at ${EXECUTABLE}: apt-get install chromium`, { cause: error });
  }
  return await chromium.launch({
    executablePath: EXECUTABLE,
    args: ARGUMENTS,
    timeout: LAUNCH_LIMIT_MS,
    // Whoever launches it closes it, on Ctrl-C too.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
