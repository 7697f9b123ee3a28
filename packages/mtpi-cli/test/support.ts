import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createImage, type Image, planes } from '@mtpi/polsar-priors';
import { crsOf } from '@mtpi/sar-io';
import { createGeoTiff } from '@mtpi/sar-io/node';
import { vi } from 'vitest';
import { main } from '../src/main';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const typescript = new URL('../../../scripts/typescript.mjs', import.meta.url).href;

/** Arguments of Node that run `mtpi` from the sources. */
export const command = (args: readonly string[]) => [
  '--conditions=@mtpi/source',
  '--import',
  typescript,
  join(root, 'packages/mtpi-cli/src/mtpi.ts'),
  ...args,
];

/** A stream that keeps what is written to it. */
export function capture(properties: object = {}): { stream: NodeJS.WriteStream; text: () => string } {
  let text = '';
  const write = (chunk: string | Uint8Array) => {
    text += chunk;
    return true;
  };
  return { stream: Object.assign(new Writable(), { write, ...properties }) as never, text: () => text };
}

/** Runs `mtpi` in a folder, in this process. */
export async function runMtpi(
  cwd: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const [stdout, stderr, before] = [capture(), capture(), process.cwd()];
  process.chdir(cwd);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    const streams = { stdout: stdout.stream, stderr: stderr.stream, progressInterval: 2 ** 30 };
    const code = await main(args, { ...streams, signal: new AbortController().signal });
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.chdir(before);
    vi.unstubAllEnvs();
  }
}

/** Runs `mtpi` in a folder, in a process of its own: slow, for what is about the process. */
export async function spawnMtpi(
  cwd: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, ...environment };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, command(args), { cwd, env })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** Starts `mtpi … --json` and kills it, so that it can do nothing about it, once an event matches. */
export async function killMtpi(
  cwd: string,
  args: readonly string[],
  when: (event: { stage?: string; done?: number; note?: string }) => boolean,
): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, command([...args, '--json']), { cwd });
  createInterface(child.stdout).on('line', (line) => {
    if (when(JSON.parse(line))) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', (_, signal) => resolve(signal));
  });
}

/** Writes a covariance as a GeoTIFF somewhere in UTM zone 33. */
export async function writeCovariance(path: string, image: Image, acquired: string): Promise<void> {
  const [, height, width] = image.shape;
  const sink = await createGeoTiff(path, {
    width,
    height,
    bands: ['C11', 'C22', 'C12_real', 'C12_imag'],
    georeference: { crs: crsOf(32633), transform: [500000, 10, 0, 4500000, 0, -10] },
    tileSize: 64,
    metadata: { ACQUISITION_TIME: acquired, POLARIZATIONS: 'VV VH' },
  });
  const covariance = createImage(4, height, width);
  planes(covariance).forEach((plane, b) => plane.set(planes(image)[b]));
  await sink.write(covariance);
  await sink.close();
}

/** The messages that docs/get-started.md quotes, some rows several; `…` stands for what differs. */
export function documentedMessages(): RegExp[] {
  const table = readFileSync(join(root, 'docs/get-started.md'), 'utf8').matchAll(/^\| `(.+?)` \|/gm);
  const pattern = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*');
  return [...table].map(([, quoted]) => new RegExp(quoted.split('`; `').map(pattern).join('|'), 'm'));
}
