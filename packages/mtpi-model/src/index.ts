/**
 * MTPI-Net: the network, its weights and tiled prediction.
 *
 * @module
 */
export { acquisitionSource } from './acquisitions/acquisition-source';
export type {
  AcquisitionWindow,
  RasterRows,
  ReadableAcquisition,
  TripletSource,
  TripletWindow,
} from './acquisitions/acquisition-window';
export { memorySource, type TripletImages } from './acquisitions/memory-source';
export { mirrorInvalid } from './acquisitions/mirror';
export type { Series } from './acquisitions/series';
export { type DespeckleOptions, Despeckler, type WindowOptions } from './despeckler';
export { isModelError, ModelError, type ModelErrorCode } from './errors';
export { exportOnnx } from './export/export-onnx';
export type { ExportOptions, GraphInput } from './export/export-options';
export { decodeNetwork, despecklerOf, loadDespeckler, loadNetwork, SHIPPED_WEIGHTS } from './load';
export { MtpiNet } from './network/network';
export {
  type Architecture,
  completeConfig,
  type NetworkConfig,
  type NetworkOutput,
  PRESETS,
} from './network/network-config';
export {
  CHANNELS,
  decode,
  encode,
  type InputTransform,
  type LogTransform,
  logTransform,
} from './network/transform';
export { type NetworkWithTransform, type PredictionOptions, predictBatch } from './tensor-despeckling';
export { blendTileRows } from './tiles/blend-tile-rows';
export type { TileLayout } from './tiles/tiling';
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
