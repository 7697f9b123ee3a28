import type { SessionOptions } from '../engine-options';
import { isTfjsOnnxError, TfjsOnnxError } from '../errors';
import { connect } from './connection';
import { type Provider, REQUIREMENTS } from './device';
import type { SessionClient } from './session-client';

/** An open session, and the client it is run through. */
export interface Session {
  client: SessionClient;
  session: number;
}

/** Devices that the installed ONNX Runtime lists, the fastest first. One that is listed may still lack its driver. */
export async function availableDevices(): Promise<Provider[]> {
  const [client] = (await connect(1)).clients;
  return (await client.call('devices', [])).devices;
}

/** Versions of the installed ONNX Runtime packages that load. */
export async function runtimeVersions(): Promise<Record<string, string>> {
  const [client] = (await connect(1)).clients;
  return client.call('versions', []);
}

/**
 * Opens a session in each worker.
 *
 * @param modelFor gives the serialized model for a device; it is moved to the worker.
 * @throws TfjsOnnxError `RuntimeUnavailable` with the reason and what to install.
 */
export async function openSessions(
  modelFor: (device: Provider) => Promise<Uint8Array>,
  { device = 'cpu', threads, workers = 1, onFallback, onOpen }: SessionOptions,
): Promise<Session[]> {
  const connecting = connect(workers); // starts while the model is traced
  connecting.catch(() => {}); // rejection is handled below
  const traced = device === 'auto' ? undefined : await modelFor(device);
  const { clients, note } = await connecting;
  const { devices, reason } = await clients[0].call('devices', []);
  const candidates =
    device === 'auto' ? devices : [devices.includes('cpu') || device !== 'cpu' ? device : 'wasm'];
  const failures = reason && device === 'cpu' ? [`${reason} (${REQUIREMENTS.cpu})`] : [];
  for (const candidate of candidates) {
    const model = traced ?? (await modelFor(candidate));
    const open = async (client: SessionClient, i: number): Promise<Session> => {
      const last = i === clients.length - 1; // the model itself is moved there, copies to the others
      const request = { model: last ? model : model.slice(), device: candidate, threads };
      const transfer = [request.model.buffer as ArrayBuffer];
      return { client, session: await client.call('open', [request], { transfer }) };
    };
    try {
      const sessions = await allOrNone(clients.map(open));
      const slower = candidate === 'wasm' ? ', several times slower than the native runtime' : '';
      if (failures.length > 0) onFallback?.(`running on ${candidate}${slower}: ${failures.join('; ')}`);
      if (note) onFallback?.(note);
      onOpen?.(candidate);
      return sessions;
    } catch (error) {
      if (isTfjsOnnxError(error, 'WorkerFailed')) throw error;
      failures.push(`${candidate}: ${reasonOf(error)} (${REQUIREMENTS[candidate]})`);
    }
  }
  throw new TfjsOnnxError(
    'RuntimeUnavailable',
    `ONNX Runtime could not open a session on ${failures.join('; ')}`,
    { expected: device },
  );
}

/** The sessions; if one can't be opened, the others are closed. */
async function allOrNone(opening: readonly Promise<Session>[]): Promise<Session[]> {
  const results = await Promise.allSettled(opening);
  const opened = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
  if (opened.length < results.length) await closeSessions(opened);
  return Promise.all(opening);
}

/** Closes sessions, but for those that ended with their worker. */
export async function closeSessions(sessions: readonly Session[]): Promise<void> {
  for (const { client, session } of sessions) if (!client.failed) await client.call('close', [session]);
}

/** The message of an error, without the place in ONNX Runtime's source that raised it. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/^.* was false\. /s, '').trim();
