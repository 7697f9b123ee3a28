import type { PlotOptions } from '@observablehq/plot';
import { renderPlot } from './plot';

export interface PlotFigureProps {
  caption: string;
  /** As of Observable Plot. */
  options: PlotOptions;
  /** Series by name and color. */
  legend?: readonly { name: string; color: string }[];
}

/** A plot under its caption and legend. */
export function PlotFigure({ caption, options, legend = [] }: PlotFigureProps) {
  return (
    <figure class="plot">
      <figcaption>
        {caption}
        {legend.map(({ name, color }) => (
          <span class="key" style={{ '--color': color }}>
            {name}
          </span>
        ))}
      </figcaption>
      <div dangerouslySetInnerHTML={{ __html: renderPlot({ ariaLabel: caption, ...options }) }} />
    </figure>
  );
}
