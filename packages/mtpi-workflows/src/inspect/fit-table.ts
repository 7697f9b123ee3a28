import { stripVTControlCharacters } from 'node:util';

/** Least width of a column that is made narrower. */
const LEAST = 16;
const GAP = 2;

/**
 * The rows of a table that is not wider than so many characters: its widest column is broken into lines between words, and
 * words that are longer than the column lose their middle.
 */
export function fitTable(head: readonly string[], rows: readonly string[][], width: number): string[][] {
  const widths = head.map((title, i) => Math.max(...[title, ...rows.map((row) => row[i])].map(lengthOf)));
  const excess = widths.reduce((sum, own) => sum + own + GAP, -GAP) - width;
  const widest = widths.indexOf(Math.max(...widths));
  const room = Math.max(LEAST, widths[widest] - excess);
  if (excess <= 0) return rows.map((row) => [...row]);
  return rows.map((row) => row.map((cell, i) => (i === widest ? broken(cell, room) : cell)));
}

const lengthOf = (text: string): number => stripVTControlCharacters(text).length;

function broken(text: string, room: number): string {
  const lines = [''];
  for (const word of text.split(' ').map((word) => shortened(word, room))) {
    const line = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (line.length <= room) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.join('\n');
}

function shortened(word: string, room: number): string {
  if (word.length <= room) return word;
  const end = Math.floor((room - 1) / 2);
  return `${word.slice(0, room - 1 - end)}…${word.slice(word.length - end)}`;
}
