import { plot as draw, type PlotOptions } from '@observablehq/plot';
import { DOMParser } from 'linkedom';

/** Colors of series, in their order. */
export const SERIES_COLORS = ['#e8590c', '#1c7ed6', '#2f9e44', '#9c36b5', '#c2255c'];

/** A plot as an SVG element of a page. `options`: as of Observable Plot, without legends and titles. */
export const renderPlot = (options: PlotOptions): string =>
  draw({ ...options, document: svgDocument() }).outerHTML;

/** A plot as the text of an SVG file. */
export function renderPlotFile(options: PlotOptions): string {
  const svg = draw({ ...options, document: svgDocument() });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}

const svgDocument = () => new DOMParser().parseFromString('<svg/>', 'image/svg+xml') as unknown as Document;
