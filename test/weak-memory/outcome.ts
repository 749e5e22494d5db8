/** What goes wrong. */
export type Kind =
  | 'a packet is read that is stale or torn'
  | 'what may still be read is overwritten'
  | 'a wake-up is lost'
  | 'the outcome in question';

/** How spin tells of it. */
const ERRORS: readonly (readonly [RegExp, Kind])[] = [
  [/assertion violated +!\(staleOrTorn\)/, 'a packet is read that is stale or torn'],
  [/assertion violated +!\(overwritesWhatMayStillBeRead\)/, 'what may still be read is overwritten'],
  [/invalid end state/, 'a wake-up is lost'],
  [/assertion violated +!\(found\)/, 'the outcome in question'],
];

export interface Outcome {
  /** `null` where nothing goes wrong, in any execution. */
  readonly kind: Kind | null;
  /** Of the model and its memory, all different. */
  readonly states: number;
  /** What spin has not come by: statements as it prints them. */
  readonly unreached: readonly string[];
}

function kindOf(error: string): Kind {
  for (const [pattern, kind] of ERRORS) if (pattern.test(error)) return kind;
  throw new Error(`spin found what nobody expects: ${error}`);
}

/**
 * What the output of a verifier says. Throws unless it has gone through all states, each of them stored whole, up to the first one in which something is
 * wrong: out of memory, too deep, a bit for each state and what the model itself must not do are all no outcome.
 */
export function parseOutcome(output: string): Outcome {
  const states = /^ *([\d.e+]+) states, stored/m.exec(output)?.[1];
  const errors = /, errors: (\d+)$/m.exec(output)?.[1];
  const isFull = /^Full statespace search for:$/m.test(output) && /invalid end states\t\+/.test(output);
  if (
    states === undefined ||
    errors === undefined ||
    !isFull ||
    /too small|reached -DMEMLIM|out of memory/i.test(output)
  ) {
    throw new Error(`spin did not come to its end:\n${output}`);
  }
  const unreached = [...output.matchAll(/^\t(\S+, state \d+, ".*")$/gm)].map(([, statement]) => statement!);
  if (errors === '0') {
    if (output.includes('Search not completed')) throw new Error(`spin did not go through all states:\n${output}`);
    return { kind: null, states: Number(states), unreached };
  }
  const error = /^pan:1: (.*)$/m.exec(output)?.[1] ?? output;
  return { kind: kindOf(error), states: Number(states), unreached };
}
