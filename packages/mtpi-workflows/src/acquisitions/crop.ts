import { isInside, type Window } from '@mtpi/polsar-priors';
import type { Georeference } from '@mtpi/sar-io';
import type { Acquisition } from '@mtpi/sar-io/node';
import { WorkflowError } from '../errors';

/**
 * Part of an acquisition as an acquisition of its own: pixels, georeference and control points count from its corner.
 *
 * @throws WorkflowError `InvalidArgument` unless the window lies inside.
 */
export function cropAcquisition(acquisition: Acquisition, crop: Window): Acquisition {
  const { georeference, paths } = acquisition;
  assertInside(crop, acquisition);
  return {
    ...acquisition,
    width: crop.width,
    height: crop.height,
    georeference: cropGeoreference(georeference, crop),
    read: async (window, options) => {
      assertInside(window, { ...crop, paths }, 'a window');
      const { x, y, ...size } = window;
      return acquisition.read({ x: x + crop.x, y: y + crop.y, ...size }, options);
    },
    close: () => acquisition.close(),
  };
}

/** @throws WorkflowError `InvalidArgument` unless a window lies inside an image. */
export function assertInside(
  window: Window,
  { width, height, paths }: Pick<Acquisition, 'width' | 'height' | 'paths'>,
  name = 'a crop',
): void {
  if (isInside(window, { width, height })) return;
  throw new WorkflowError('InvalidArgument', {
    path: paths[0],
    expected: `${name} x,y,width,height inside ${width} × ${height} pixels`,
    found: window ? [window.x, window.y, window.width, window.height].join() : String(window),
  });
}

function cropGeoreference(georeference: Georeference, { x, y }: Window): Georeference {
  const { transform, gcps } = georeference;
  return {
    ...georeference,
    ...(transform && {
      transform: [
        transform[0] + x * transform[1] + y * transform[2],
        transform[1],
        transform[2],
        transform[3] + x * transform[4] + y * transform[5],
        transform[4],
        transform[5],
      ],
    }),
    ...(gcps && { gcps: gcps.map((gcp) => ({ ...gcp, column: gcp.column - x, row: gcp.row - y })) }),
  };
}
