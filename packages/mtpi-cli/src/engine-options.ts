import { type Backend, type Device, type EngineOptions, TFJS_BACKENDS } from '@mtpi/tfjs-onnx';
import { type Command, Option } from 'commander';
import { integer } from './arguments';
import { UsageError } from './failure';

/** Where the network runs. */
export interface EngineFlags {
  backend: Backend;
  device: Device;
  threads?: number;
}

/** Adds the options of `EngineFlags` to a command. */
export function engineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <backend>', 'what runs the network; mtpi doctor tells what is here')
        .choices(['onnxruntime', ...TFJS_BACKENDS])
        .default('onnxruntime'),
    )
    .addOption(
      new Option('--device <device>', 'where ONNX Runtime runs it')
        .choices(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml', 'wasm'])
        .default('cpu'),
    )
    .option('--threads <n>', 'CPU threads of ONNX Runtime; default all cores', integer(1));
}

/** @throws where a device or threads are given to a backend that takes none. */
export function engineOf(
  { backend, device, threads }: EngineFlags,
  onFallback: (note: string) => void,
): EngineOptions {
  if (backend !== 'onnxruntime' && (device !== 'cpu' || threads !== undefined))
    throw new UsageError(`--backend ${backend} takes no --device or --threads: they are of onnxruntime`);
  return { backend, device, threads, onFallback };
}
