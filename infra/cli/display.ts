/** Shows lines in place of those that it showed before. */
export type Display = (lines: readonly string[]) => void;

/** On a terminal it draws over what it drew before; else it prints the lines that are new, for logs and pipes. */
export function createDisplay(): Display {
  return process.stdout.isTTY ? createRedraw() : createChanges();
}

function createRedraw(): Display {
  let drawn = 0;
  return lines => {
    // A line that wraps would take two rows, and the next drawing would start too low.
    const width = process.stdout.columns || 80;
    const up = drawn > 0 ? `\x1b[${drawn}A` : '';
    process.stdout.write(`${up}\x1b[0J${lines.map(line => `${line.slice(0, width)}\n`).join('')}`);
    drawn = lines.length;
  };
}

function createChanges(): Display {
  let last: readonly string[] = [];
  return lines => {
    for (const line of lines) if (!last.includes(line)) console.log(line);
    last = lines;
  };
}
