/**
 * Inspects files: descriptions, lists of acquisitions, quicklooks. Does not load the network.
 *
 * @module
 */

export { isCollection, listSeries, type SeriesList } from './acquisitions/list-series';
export { SERIES_COLUMNS, seriesRemarks, seriesRows, seriesTitle } from './acquisitions/series-rows';
export { describeFile, type Facts, factLines } from './inspect/describe-file';
export { describeInputs } from './inspect/describe-inputs';
export { fitTable } from './inspect/fit-table';
export { halfBlocks } from './inspect/half-blocks';
export { type QuicklookOptions, renderQuicklook, writeQuicklook } from './inspect/quicklook';
export { type ListedResult, RESULT_COLUMNS, resultRows } from './inspect/results';
