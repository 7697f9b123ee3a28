/**
 * MTPI-Net: the network, its weights and tiled prediction.
 *
 * @module
 */
export { acquisitionSource, type ReadableAcquisition } from './acquisition-source';
export type { AcquisitionWindow, RasterRows, TripletSource, TripletWindow } from './acquisition-window';
export { blendTileRows } from './blend-tile-rows';
export { type DespeckleOptions, Despeckler, type WindowOptions } from './despeckler';
export { isModelError, ModelError, type ModelErrorCode } from './errors';
export { exportOnnx } from './export-onnx';
export type { ExportOptions, GraphInput } from './export-options';
export { decodeNetwork, despecklerOf, loadDespeckler, loadNetwork, SHIPPED_WEIGHTS } from './load';
export { memorySource, type TripletImages } from './memory-source';
export { mirrorInvalid } from './mirror';
export { MtpiNet } from './network';
export {
  type Architecture,
  completeConfig,
  type NetworkConfig,
  type NetworkOutput,
  PRESETS,
} from './network-config';
export { type SeriesSource, tripletOfSeries, type WindowReader } from './series';
export { predictBatch } from './tensor-despeckling';
export type { TileLayout } from './tiling';
export { CHANNELS, decode, encode, type InputTransform, type LogTransform, logTransform } from './transform';
export { decodeWeights, encodeWeights, type TrainedNetwork, type WeightsInfo } from './weights/file';
export { decodeLayersModel, encodeLayersModel, toLayersModel } from './weights/layers-model';
export {
  encodeSafetensors,
  type NamedTensor,
  parseSafetensors,
  type SafeTensors,
} from './weights/safetensors';
export { loadState, readState, toVariableLayout } from './weights/state';
export { decodeTorchTraining, type TorchTraining } from './weights/torch-training';
export { encodeTorchCheckpoint } from './weights/torch-writer';
