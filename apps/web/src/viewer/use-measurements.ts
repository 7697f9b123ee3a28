import type { Window } from '@mtpi/polsar-priors';
import { useEffect, useState } from 'preact/hooks';
import type { WorkbenchClient } from '../workbench-client';
import type { SceneDescription, Side } from '../worker/messages';
import type { BoxStatistics } from '../worker/statistics';
import type { Line } from './draw-scene';

interface MeasurementOptions {
  client: WorkbenchClient;
  scene: SceneDescription;
  /** Tiles are still missing. */
  running: boolean;
  onError(problem: unknown): void;
}

export type Measurements = ReturnType<typeof useMeasurements>;

/** The box and the line on a scene, and what the worker measures in them once the scene is done. */
export function useMeasurements({ client, scene: { hasCovariance }, running, onError }: MeasurementOptions) {
  const [box, setBox] = useState<Window>();
  const [line, setLine] = useState<Line>();
  const [statistics, setStatistics] = useState<Record<Side, BoxStatistics[] | undefined>>();
  const [profile, setProfile] = useState<Record<Side, Float32Array[]>>();
  const [density, setDensity] = useState<Record<Side, Float32Array>>();

  useEffect(() => {
    if (!running && box) client.workbench.statistics(box).then(setStatistics, onError);
  }, [client, running, box]);
  useEffect(() => {
    if (!running && line) client.workbench.profile(line).then(setProfile, onError);
  }, [client, running, line]);
  useEffect(() => {
    if (!running && hasCovariance) client.workbench.entropyAlpha().then(setDensity, onError);
  }, [client, running, hasCovariance]);

  return {
    box,
    line,
    /** Of the box, without valid pixels undefined. */
    statistics,
    /** Of both channels along the line, in dB. */
    profile,
    /** Counts of pixels in the H–α plane; of covariances only. */
    density,
    setBox,
    setLine,
  };
}
