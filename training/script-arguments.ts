/** The arguments of a script. With fewer than required, prints the usage and exits. */
export function scriptArguments(required: number, usage: string): string[] {
  const values = process.argv.slice(2);
  if (values.length >= required) return values;
  console.error(`usage: ${usage}`);
  process.exit(2);
}
