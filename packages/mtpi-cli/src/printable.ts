import { styleText } from 'node:util';

/** Text in bold green, as the best of a table. */
export const marked = (text: string): string => styleText(['bold', 'green'], text, { validateStream: false });

const [MARK, RESET] = marked(' ').split(' ');

/** Text that cannot control a terminal: escapes in the names of files and the like are spelled out. */
export const printable = (text: string): string =>
  text
    .split(MARK)
    .map((marked) => marked.split(RESET).map(spelledOut).join(RESET))
    .join(MARK);

const spelledOut = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) =>
    '\n\t'.includes(control) ? control : `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
