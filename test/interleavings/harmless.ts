import type { Fault } from './access-sweep.ts';

/** Accesses that may be made wrong, and why. */
interface Harmless {
  readonly site: RegExp;
  readonly why: string;
}

/** Where nothing else is said, both ends, and in each way. The two looks that a sleep depends on are none of them. */
const HARMLESS: readonly Harmless[] = [
  {
    site: /^(store|load) features/,
    why: 'who does not find that its peer signals looks by time as well, and is signalled all the same',
  },
  {
    site: /^store pending( of ring 1)? 0,/,
    why: 'a request that is not taken back, or late: signals come that nobody waits for, none is missing',
  },
  {
    site: /^store mask( of ring 1)? set,/,
    why: 'interrupts that are not masked, or late: signals come that nobody waits for, none is missing',
  },
  {
    site: /^load (in|out)( of ring 1)?, after (?!store (mask|pending))/,
    why: 'an older index says that there is less than there is; who would sleep has asked and looks again. After a commit, the order of two loads is free',
  },
  {
    site: /^load (in|out)( of ring 1)?, after store (mask( of ring 1)? set|pending( of ring 1)? 0)/,
    why: 'the same: what is taken back is no sleep',
  },
  { site: /^load mask, /, why: 'by who checks that nobody else masks its interrupts' },
  {
    site: /^load word 1[67] of the link/,
    why: 'that an end is closed is known a look later: who sleeps is woken by the closing, and looks again',
  },
  {
    site: /^load word (64|144) of the link/,
    why: 'an older count of signals ends the sleep at once',
  },
  {
    site: /^(update word (112|192)|notify word (64|144)) of the link, after (notify word (64|144)|update word (112|192))/,
    why: 'frees the place at the doorbell of who has closed its end, and wakes what it has left over there: nobody looks at either here',
  },
];

/** Why that fault does no harm, or `null` where it has to. */
export function whyHarmless({ site }: Fault): string | null {
  return HARMLESS.find((each) => each.site.test(site.name))?.why ?? null;
}
