import type { StackDescription } from '@mtpi/sentinel1';

export const OFFSET_COLUMNS = ['date', 'orbit', 'burst', 'lines', 'samples', 'residual'] as const;

/** Offsets of each burst, and the residual offsets that amplitude cross-correlation finds. */
export function offsetRows({ dates, reference }: StackDescription): string[][] {
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
