/**
 * Inspects files: descriptions, lists of acquisitions, quicklooks. Does not load the network.
 *
 * @module
 */
export { describeFile } from './describe-file';
export { halfBlocks } from './half-blocks';
export { isCollection, listSeries, type SeriesList } from './list-series';
export { type QuicklookOptions, renderQuicklook, writeQuicklook } from './quicklook';
export { SERIES_COLUMNS, seriesRemarks, seriesRows, seriesTitle } from './series-rows';
