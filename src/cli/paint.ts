import { styleText } from 'node:util';
import type { TextOptions } from '../inspect/index.ts';

/** Dresses a piece of text. */
export type Paint = NonNullable<TextOptions['paint']>;

const STYLES = { heading: 'bold', detail: 'dim', warning: 'yellow', error: 'red' } as const;

/** How text is dressed for `stream`: in colours on a terminal that has them and whose user wants them, else not at all. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  if (!stream.isTTY || !stream.hasColors()) return (_role, text) => text;
  return (role, text) => styleText(STYLES[role], text, { validateStream: false });
}
