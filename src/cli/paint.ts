import { styleText } from 'node:util';
import type { TextRole } from '../inspect/index.ts';

const STYLES = { heading: 'bold', detail: 'dim', warning: 'yellow', error: 'red' } as const;

/** How text is dressed for `stream`: in colours on a terminal that has them and whose user wants them, else not at all. */
export function paintFor(stream: NodeJS.WriteStream): ((role: TextRole, text: string) => string) | undefined {
  if (!stream.isTTY || !stream.hasColors()) return undefined;
  return (role, text) => styleText(STYLES[role], text, { validateStream: false });
}
