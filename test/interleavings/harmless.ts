import type { Wrong } from './access-plan.ts';
import type { Fault } from './access-sweep.ts';
import type { Side } from './clocks.ts';

/** Accesses that may be made wrong, and why. */
interface Harmless {
  readonly site: RegExp;
  readonly why: string;
  /** Of that end alone, and where it is wrong in that way alone. */
  readonly side?: Side;
  readonly wrong?: Wrong;
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
    site: /^load (in|out)( of ring 1)?, after (?!store (mask|pending)|load (mask|pending))/,
    why: 'an older index says that there is less than there is; who would sleep has asked and looks again',
  },
  {
    site: /^load (in|out)( of ring 1)?, after store (mask( of ring 1)? set|pending( of ring 1)? 0)/,
    why: 'the same: what is taken back is no sleep',
  },
  {
    site: /^load (in|out)( of ring 1)?, after load (mask|pending)/,
    wrong: 'too early',
    why: 'both come after the commit; which of the two is first is free',
  },
  {
    site: /^load (in|out)( of ring 1)?, after load mask/,
    side: 1,
    why: 'a look behind the next one, which is no sleep',
  },
  { site: /^load mask, after load in/, side: 1, why: 'by who checks that nobody else masks its interrupts' },
  { site: /^load word 16 of the link/, side: 0, why: 'of its own end, which nobody else closes' },
  { site: /^load word 17 of the link/, side: 1, why: 'of its own end, which nobody else closes' },
  {
    site: /^load word 1[67] of the link/,
    wrong: 'too early',
    why: 'that the peer is gone is known a look later: who sleeps is woken by the closing, and looks again',
  },
  {
    site: /^load word 16 of the link, after load word 144/,
    side: 1,
    why: 'the look behind the next load of in finds the same, and that is the one that has to',
  },
  { site: /^load word 17 of the link, after load word 17/, side: 0, why: 'looks once more for what it has just found' },
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
export function whyHarmless({ site, side, wrong }: Fault): string | null {
  const known = HARMLESS.find((each) => {
    return each.site.test(site.name) && (each.side ?? side) === side && (each.wrong ?? wrong) === wrong;
  });
  return known?.why ?? null;
}
