/**
 * What turns the lines of `before` into those of `after`, as `- line` and `+ line`, each run of them behind the last
 * line that both have. Empty if they are the same. For texts of some thousand lines: it takes a table of both.
 */
export function lineDiff(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  const width = b.length + 1;
  // common[i * width + j]: the most lines that a from i on and b from j on have in common, in order.
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const skipped = Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
      common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1]! + 1 : skipped;
    }
  }
  const lines: string[] = [];
  let shown = -1;
  const show = (i: number, line: string): void => {
    if (shown !== i && i > 0) lines.push(`  ${a[i - 1]}`);
    lines.push(line);
    shown = i;
  };
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j === b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      show(i, `- ${a[i]}`);
      i++;
      shown = i;
    } else {
      show(i, `+ ${b[j]}`);
      j++;
    }
  }
  return lines.join('\n');
}
