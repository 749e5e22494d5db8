/**
 * Calls `onKey` for each key that is pressed, until the function that is returned is called, which gives the terminal back. Where standard input is no
 * terminal, there are no keys.
 */
export function onKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const listen = (bytes: Buffer): void => {
    for (const key of bytes.toString('latin1')) onKey(key);
  };
  stdin.setRawMode(true);
  stdin.on('data', listen);
  return () => {
    stdin.removeListener('data', listen);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
