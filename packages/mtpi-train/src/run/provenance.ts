import { basename, resolve } from 'node:path';
import type { SourceSettings } from '../settings/schema';

const name = (path: string): string => basename(resolve(path));

/** The sources of a run as stored with its weights: names of folders without their paths. */
export function namedSources(data: readonly SourceSettings[]): SourceSettings[] {
  return data.map((source) => {
    if (source.kind !== 'simulated') return { ...source, path: name(source.path) };
    return source.reflectivity ? { ...source, reflectivity: name(source.reflectivity) } : source;
  });
}

/** Names of the time series among the sources, which cannot serve for evaluation anymore. */
export function seriesOf(data: readonly SourceSettings[]): string[] {
  const paths = data.map((source) => (source.kind === 'simulated' ? source.reflectivity : source.path));
  return [...new Set(paths.flatMap((path) => (path ? [name(path)] : [])))];
}
