import { describeValue } from '@mtpi/errors';
import type { EngineOptions } from '@mtpi/tfjs-onnx';
import { Despeckler } from './despeckler';
import { isModelError, ModelError } from './errors';
import { decodeWeights, type TrainedNetwork } from './weights/file';
import { decodeLayersModel } from './weights/layers-model';
import { decodeTorchCheckpoint } from './weights/torch';

/** Names of the weights shipped with this package: the best ones, and smaller ones that are five times as fast on large scenes. */
export const SHIPPED_WEIGHTS = ['mtpi', 'mtpi-small'] as const;

/** Literal, so that bundlers put the files beside their output. */
const ADDRESSES: Record<string, () => URL> = {
  mtpi: () => new URL('../weights/mtpi.safetensors', import.meta.url),
  'mtpi-small': () => new URL('../weights/mtpi-small.safetensors', import.meta.url),
};

/**
 * Reads a network from the bytes of weights (.safetensors) or of a published checkpoint (.pth).
 *
 * @param path determines the format, and names the file in errors.
 */
export function decodeNetwork(bytes: Uint8Array, path: string): TrainedNetwork {
  expectArgument(bytes instanceof Uint8Array, 'decodeNetwork', 'the bytes of a file', bytes);
  expectArgument(typeof path === 'string', 'decodeNetwork', 'its path', path);
  return path.endsWith('.pth') || path.endsWith('.pt')
    ? decodeTorchCheckpoint(bytes, path)
    : decodeWeights(bytes, path);
}

/**
 * Reads a network from a file, in browsers from an address.
 *
 * @param weights one of `SHIPPED_WEIGHTS`, or the path (in browsers the address) of a .safetensors or LayersModel .json
 *   written by this package or of a published .pth checkpoint. Default 'mtpi'.
 * @throws ModelError `InvalidWeights` or `WeightsMismatch`, naming file and reason.
 */
export async function loadNetwork(weights = 'mtpi'): Promise<TrainedNetwork> {
  expectArgument(
    typeof weights === 'string',
    'loadNetwork',
    'the name of shipped weights, or a path',
    weights,
  );
  const shipped = Object.hasOwn(ADDRESSES, weights) ? ADDRESSES[weights]() : undefined;
  const isNode = globalThis.process?.getBuiltinModule !== undefined;
  const { locate, read, beside } = isNode ? onDisk() : onServer;
  const path = shipped ? locate(shipped) : weights;
  const bytes = await read(path);
  if (!path.endsWith('.json')) return decodeNetwork(bytes, path);
  return decodeLayersModel(new TextDecoder().decode(bytes), (name) => read(beside(path, name)), path);
}

function expectArgument(valid: boolean, subject: string, expected: string, value: unknown): void {
  if (valid) return;
  throw new ModelError('InvalidArgument', { subject, expected, found: describeValue(value) });
}

/** Where weights are read from. */
interface Storage {
  locate(address: URL): string;
  read(path: string): Promise<Uint8Array>;
  /** The path of another file in the folder of a file. */
  beside(path: string, name: string): string;
}

const fail = (path: string, found: string, hint?: string, cause?: unknown): never => {
  throw new ModelError('InvalidWeights', { path, expected: 'a weights file', found, hint, cause });
};

const onServer: Storage = {
  locate: (address) => address.href,
  async read(path) {
    const unreachable = (cause: Error) => fail(path, cause.message, 'check the URL', cause);
    const response = await fetch(path).catch(unreachable);
    if (!response.ok) fail(path, `HTTP ${response.status}`, 'check the URL');
    return new Uint8Array(await response.arrayBuffer().catch(unreachable));
  },
  beside: (path, name) => new URL(name, new URL(path, globalThis.location?.href)).href,
};

/** Files of weights are far smaller. */
const LARGEST_FILE = 1 << 28;

/** Node's own modules are not imported, since bundlers for browsers would follow an import. */
function onDisk(): Storage {
  const { getBuiltinModule } = process;
  const { open } = getBuiltinModule('node:fs/promises');
  const { dirname, join } = getBuiltinModule('node:path');
  const { fileURLToPath } = getBuiltinModule('node:url');
  return {
    locate: fileURLToPath,
    async read(path) {
      try {
        await using file = await open(path);
        const stats = await file.stat();
        if (!stats.isFile()) return fail(path, 'no regular file');
        if (stats.size > LARGEST_FILE) return fail(path, `${stats.size} bytes`);
        return await file.readFile();
      } catch (cause) {
        if (isModelError(cause)) throw cause;
        const { code, message } = cause as NodeJS.ErrnoException;
        const names = SHIPPED_WEIGHTS.join(', ');
        if (code === 'ENOENT') return fail(path, 'no such file', `shipped weights are ${names}`, cause);
        return fail(path, message, code === 'EACCES' ? 'check the permissions' : undefined, cause);
      }
    },
    beside: (path, name) => join(dirname(path), name),
  };
}

/** A despeckler with the weights of a file, which `dispose` frees. Parameters and errors as of `loadNetwork`. */
export async function loadDespeckler(weights?: string, options: EngineOptions = {}): Promise<Despeckler> {
  return despecklerOf(await loadNetwork(weights), options);
}

/** A despeckler with a network that nothing else uses: `dispose` frees both. */
export const despecklerOf = (trained: TrainedNetwork, options: EngineOptions = {}): Despeckler =>
  new OwningDespeckler(trained, options);

class OwningDespeckler extends Despeckler {
  constructor(
    private readonly trained: TrainedNetwork,
    options: EngineOptions,
  ) {
    super(trained.network, trained.transform, trained.tile, options);
  }

  override async dispose(): Promise<void> {
    if (this.disposed) return;
    await super.dispose();
    this.trained.network.dispose();
  }
}
