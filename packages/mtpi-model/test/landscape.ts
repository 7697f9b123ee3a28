import { Random, type SimulatedTriplet, simulateScene, simulateTriplet } from '@mtpi/polsar-priors';

/** Single looks of a simulated landscape that does not change. */
export function landscape(rows: number, cols: number, seed: number): SimulatedTriplet {
  const random = new Random(seed);
  const scene = simulateScene({ rows, cols, random });
  return simulateTriplet({ scene, looks: 1, changed: 0, drift: 0.3, noise: 0, random });
}
