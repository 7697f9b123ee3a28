import { execFile } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why the tests in a browser are skipped, if they are. */
export const withoutChromium = existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}`;

/** Starts Chromium, with WebGPU on its software renderer. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--enable-unsafe-webgpu',
      '--use-webgpu-adapter=swiftshader',
      '--enable-features=Vulkan',
      '--use-vulkan=swiftshader',
    ],
  });

/** Builds the page into a folder, in a process of its own: the one of the tests is not in production. */
export async function buildSite(outDir: string): Promise<void> {
  const command = ['run', 'site', '--', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'error'];
  await promisify(execFile)('npm', command, { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } });
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.tif': 'image/tiff',
};

export interface Site {
  address: string;
  /** Files that have been asked for. */
  requests: string[];
  close(): Promise<void>;
}

/** Serves a folder as GitHub Pages does: no headers of isolation. With `cors`, other sites may read its files by ranges. */
export async function serve(folder: string, { cors = false } = {}): Promise<Site> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url!, 'http://localhost').pathname));
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
    requests.push(path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    const { size } = statSync(file);
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '');
    const headers: Record<string, string> = {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      ...(cors && {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Headers': 'Range',
        'Access-Control-Expose-Headers': 'Content-Range',
      }),
    };
    if (request.method === 'OPTIONS') return void response.writeHead(204, headers).end();
    if (!range) {
      response.writeHead(200, { ...headers, 'Content-Length': size });
      return void createReadStream(file).pipe(response);
    }
    const [start, end] = [Number(range[1]), Math.min(size - 1, Number(range[2]))];
    response.writeHead(206, {
      ...{ ...headers, 'Content-Length': end - start + 1, 'Content-Range': `bytes ${start}-${end}/${size}` },
    });
    createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
