import type { StackDescription } from '@mtpi/sentinel1';

/**
 * The dates of a prepared stack as a table, its titles first: of SLC products the offsets of each burst, and the residual
 * offsets that amplitude cross-correlation finds; of GRD products size and equivalent number of looks.
 */
export function stackTable(stack: StackDescription): string[][] {
  return stack.swaths.length > 0
    ? [['date', 'orbit file', 'burst', 'lines', 'samples', 'residual'], ...offsetRows(stack)]
    : [['date', 'orbit file', 'size', 'looks'], ...dateRows(stack)];
}

const dateRows = ({ dates, width, height }: StackDescription): string[][] =>
  dates.map(({ name, orbit, equivalentLooks }) => [
    ...[name, orbit, `${width} × ${height}`],
    equivalentLooks === undefined ? '' : equivalentLooks.toFixed(1),
  ]);

function offsetRows({ dates, reference }: StackDescription): string[][] {
  return dates.flatMap(({ name, orbit, swaths = [] }) =>
    name === reference
      ? [[name, orbit, '', 'reference', '', '']]
      : swaths.flatMap((swath) =>
          swath.bursts.map(({ burst, lines, samples }, i) => [
            i === 0 ? name : '',
            i === 0 ? orbit : '',
            `${swath.name} ${burst}`,
            lines.toFixed(2),
            samples.toFixed(2),
            i === 0 ? residualText(swath.residual) : '',
          ]),
        ),
  );
}

type Residual = NonNullable<NonNullable<StackDescription['dates'][number]['swaths']>[number]['residual']>;

function residualText(residual: Residual | undefined): string {
  if (!residual) return 'too little structure';
  const { lines, samples, patches, corrected } = residual;
  return `${lines.toFixed(2)}, ${samples.toFixed(2)} (${patches} patches${corrected ? ', corrected' : ''})`;
}
