import { type Backend, DEVICES, type Device, TFJS_BACKENDS } from '@mtpi/tfjs-onnx/types';
import type { Engine } from '@mtpi/workflows';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { integer } from './arguments';

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
      new Option('--backend <backend>', 'inference backend; mtpi doctor lists those available')
        .choices(['onnxruntime', ...TFJS_BACKENDS])
        .default('onnxruntime'),
    )
    .addOption(
      new Option('--device <device>', 'device of ONNX Runtime').choices(['auto', ...DEVICES]).default('cpu'),
    )
    .option('--threads <n>', 'CPU threads of ONNX Runtime (default: number of cores)', integer(1));
}

/** @throws InvalidArgumentError where a device or threads are given to a backend that takes none. */
export function engineOf({ backend, device, threads }: EngineFlags): Engine {
  if (backend !== 'onnxruntime' && (device !== 'cpu' || threads !== undefined))
    throw new InvalidArgumentError(
      `--backend ${backend} takes no --device or --threads: these belong to onnxruntime`,
    );
  return { backend, device, threads };
}
