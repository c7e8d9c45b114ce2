/** Text that PostgreSQL can hold, of so many characters at most. */
export function toStorable(text: string, length: number): string {
  return text.slice(0, length).replaceAll('\0', '').toWellFormed();
}
