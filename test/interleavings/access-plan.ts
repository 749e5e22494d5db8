import { nameOf } from './layout.ts';

/** What can be made wrong with an access: it is not made, or changes places with the next one of the same side, or with the one before. */
export type Wrong = 'left out' | 'too late' | 'too early';

/** One kind of access of a side: what it is, and behind which one it comes. */
export interface Site {
  readonly name: string;
  readonly op: string;
  readonly address: number | null;
}

/** The accesses of one side: which there are, and which of them is made wrong, if any. */
export class AccessPlan {
  /** By name. */
  readonly sites: Map<string, Site> = new Map();
  readonly fault: { readonly site: Site; readonly wrong: Wrong } | null;
  #last = 'the beginning';

  constructor(fault: AccessPlan['fault'] = null) {
    this.fault = fault;
  }

  /** A run begins. */
  begin(): void {
    this.#last = 'the beginning';
  }

  /** What is to be made wrong with the access that comes now. */
  next(op: string, address: number | null, value?: number): Wrong | null {
    const what =
      address === null ? op : `${op} ${nameOf(address)}${isSwitch(address) ? ` ${valueName(value)}` : ''}`.trimEnd();
    const name = `${what}, after ${this.#last}`;
    this.#last = what;
    if (!this.sites.has(name)) this.sites.set(name, { name, op, address });
    return this.fault?.site.name === name ? this.fault.wrong : null;
  }
}

/** Whether what is stored there is asked for or taken back. */
function isSwitch(address: number): boolean {
  return /^(mask|pending)/.test(nameOf(address));
}

function valueName(value: number | undefined): string {
  if (value === undefined) return '';
  return value === 0 ? '0' : 'set';
}
