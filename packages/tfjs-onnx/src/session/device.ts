/** All devices of ONNX Runtime, the fastest first; 'wasm' is `onnxruntime-web`, and browsers have it and 'webgpu'. */
export const DEVICES = ['cuda', 'coreml', 'dml', 'webgpu', 'cpu', 'wasm'] as const;

/** A device, as the name of ONNX Runtime's execution provider. */
export type Provider = (typeof DEVICES)[number];

/** Where ONNX Runtime runs a graph; 'auto': the fastest device that is there. */
export type Device = 'auto' | Provider;

/** Requirements of each device. */
export const REQUIREMENTS: Record<Provider, string> = {
  cpu: 'npm install @mtpi/onnxruntime-node',
  wasm: 'npm i onnxruntime-web',
  webgpu: 'needs a GPU with a driver for Vulkan, Metal or Direct3D 12, and on Linux libvulkan1',
  cuda:
    'needs Linux on x64, an NVIDIA GPU, CUDA 12, cuDNN 9, and the CUDA provider: ' +
    'ONNXRUNTIME_NODE_INSTALL=cuda12 npm install onnxruntime-node',
  coreml: 'needs macOS',
  dml: 'needs Windows',
};
