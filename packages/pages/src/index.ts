/**
 * Parts of the self-contained HTML reports: page frame, before/after slider, pictures and plots.
 *
 * @module
 */
export { EntropyAlphaPlane, entropyAlphaCounts } from './entropy-alpha-plane';
export { formatNumber } from './format-number';
export { mostTexturedWindows } from './most-textured-windows';
export { type PageContents, type PageSection, renderPage } from './page';
export { renderPlotFile, SERIES_COLORS } from './plot';
export { PlotFigure } from './plot-figure';
export { QuicklookRenderer, quicklookUrl } from './quicklook-renderer';
export { type ImagePair, Slider } from './slider';
