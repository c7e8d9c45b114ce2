import type { Command } from './command.ts';

/** One line that shows how to call a command. */
export function formatUsage({ name, program, positionals, options }: Command): string {
  const required = Object.entries(options).filter(([, spec]) => spec.isRequired);
  const parts = [...positionals, ...required.map(([option, spec]) => `--${option} ${spec.value}`)];
  return `usage: ${[program ?? `service-manager ${name}`, ...parts].join(' ')} [options]`;
}

/** What `service-manager COMMAND --help` prints. */
export function formatHelp(command: Command): string {
  const rows = Object.entries(command.options).map(([name, { value, help, isMany, isRequired }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}${isMany ? ' …' : ''}`,
    isRequired ? `${help} (required)` : help,
  ]);
  const sections = [formatUsage(command), command.summary, formatColumns([...rows, ['--help', 'show this']])];
  if (command.details) sections.push(command.details);
  return sections.join('\n\n');
}

/** What `service-manager --help` prints. */
export function formatOverview(commands: readonly Command[]): string {
  const rows = commands.map(command => [[command.name, ...command.positionals].join(' '), command.summary]);
  return [
    'usage: service-manager COMMAND [options]',
    formatColumns(rows),
    'service-manager COMMAND --help tells more. Exit codes: 0 done, 1 failed, 2 wrong command line.',
  ].join('\n\n');
}

/** Rows as a table, two spaces in, each column as wide as its widest cell. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows.map(row => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}
