import { channelsFirst } from '../trace/layout';
import type { Kernel } from './kernel';

const resizeTo =
  (mode: string): Kernel =>
  ({ tracer, inputs: { images }, attrs }) => {
    const [n, , , c] = images.shape;
    const [height, width]: [number, number] = attrs.size;
    const transformation = attrs.alignCorners
      ? 'align_corners'
      : attrs.halfPixelCenters
        ? 'half_pixel'
        : 'asymmetric';
    const name = tracer.graph.emit(
      'Resize',
      [tracer.layout(images, channelsFirst), '', '', tracer.graph.int64([n, c, height, width])],
      {
        mode,
        coordinate_transformation_mode: transformation,
        // TensorFlow.js rounds down a position between half pixels without taking off the half that ONNX takes off.
        nearest_mode: transformation === 'asymmetric' ? 'floor' : 'round_prefer_ceil',
      },
    );
    return tracer.result(name, [n, height, width, c], 'float32', channelsFirst);
  };

/** Resampling of images to a given size. */
export const resize: Record<string, Kernel> = {
  ResizeBilinear: resizeTo('linear'),
  ResizeNearestNeighbor: resizeTo('nearest'),
};
