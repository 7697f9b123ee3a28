import { redactUrls } from './redact-url';

/** Words as a POSIX shell takes them, quoted where needed and without credentials. */
export const commandLine = (words: readonly string[]): string =>
  words
    .map(redactUrls)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
    .join(' ');
