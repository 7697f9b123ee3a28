import type { Window } from '@mtpi/polsar-priors';
import type { Georeference } from '@mtpi/sar-io';
import type { Acquisition } from '@mtpi/sar-io/node';
import { WorkflowError } from './errors';

/**
 * Part of an acquisition as an acquisition of its own: pixels, georeference and control points count from its corner.
 *
 * @throws WorkflowError `InvalidArgument` unless the window lies inside.
 */
export function cropAcquisition(acquisition: Acquisition, crop: Window): Acquisition {
  const { width, height, georeference, paths } = acquisition;
  const whole = [crop.x, crop.y, crop.width, crop.height].every(Number.isInteger);
  const inside = crop.x >= 0 && crop.y >= 0 && crop.x + crop.width <= width && crop.y + crop.height <= height;
  if (!whole || !inside || crop.width < 1 || crop.height < 1)
    throw new WorkflowError('InvalidArgument', {
      path: paths[0],
      expected: `a crop x,y,width,height inside ${width} × ${height} pixels`,
      found: [crop.x, crop.y, crop.width, crop.height].join(),
    });
  return {
    ...acquisition,
    width: crop.width,
    height: crop.height,
    georeference: cropGeoreference(georeference, crop),
    read: ({ x, y, ...size }, options) =>
      acquisition.read({ x: x + crop.x, y: y + crop.y, ...size }, options),
    close: () => acquisition.close(),
  };
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
