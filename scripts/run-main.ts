/** Runs a command whose exit code is what `main` returns. Of an error only what it says is printed: it is for whoever called the command. */
export async function runMain(main: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
