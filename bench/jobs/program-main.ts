import type { ProgramAnswer, ProgramModule, ProgramRequest } from './program-process.ts';

/** What is run in this process, once it has been started. */
let run: ((work: unknown) => number | Promise<number>) | null = null;

async function answer(request: ProgramRequest): Promise<ProgramAnswer> {
  try {
    if ('work' in request) return { ms: await run!(request.work) };
    const { start } = (await import(request.module)) as ProgramModule;
    run = start(request.what);
    return { ms: 0 };
  } catch (error) {
    return { error };
  }
}

process.on('message', (request: ProgramRequest) => {
  // A parent that is gone needs no answer.
  void answer(request).then((message) => process.send?.(message, undefined, undefined, () => {}));
});
process.once('disconnect', () => process.exit());
