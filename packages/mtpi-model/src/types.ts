/**
 * Types that do not need those of TensorFlow.js.
 *
 * @module
 */
export type { AcquisitionWindow, TripletSource, TripletWindow } from './acquisitions/acquisition-window';
export type { ExportOptions, GraphInput } from './export/export-options';
