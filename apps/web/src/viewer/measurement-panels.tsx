import { formatNumber } from '@mtpi/pages';
import type { Window } from '@mtpi/polsar-priors';
import type { Side } from '../worker/messages';
import type { BoxStatistics } from '../worker/statistics';
import { EntropyAlphaPlot } from './entropy-alpha-plot';
import { ProfilePlot } from './profile-plot';
import type { Measurements } from './use-measurements';

interface MeasurementPanelsProps {
  measurements: Measurements;
  channels: readonly [string, string];
  /** Index of the channel whose profile is shown. */
  band: 0 | 1;
}

/** Measurements before and after despeckling. */
export function MeasurementPanels({ measurements, channels, band }: MeasurementPanelsProps) {
  const { box, statistics, profile, density } = measurements;
  return (
    <div class="panels">
      <section>
        <h3>Box</h3>
        {statistics && box ? (
          <Statistics {...{ statistics, channels, box }} />
        ) : (
          <p>
            Choose “Box” above the image and draw one over a homogeneous area, for its mean backscatter and
            its equivalent number of looks (ENL): the higher, the less speckle.
          </p>
        )}
      </section>
      <section>
        <h3>Profile</h3>
        {profile ? (
          <ProfilePlot
            values={{ before: profile.before[band], after: profile.after[band] }}
            channel={channels[band]}
          />
        ) : (
          <p>Choose “Line” above the image and draw one, for the backscatter along it.</p>
        )}
      </section>
      {density && (
        <section>
          <h3>Entropy H and alpha angle α</h3>
          <div class="row">
            <EntropyAlphaPlot counts={density.before} caption="before, 5 × 5 mean" />
            <EntropyAlphaPlot counts={density.after} caption="after" />
          </div>
        </section>
      )}
    </div>
  );
}

interface StatisticsProps {
  statistics: Record<Side, BoxStatistics[] | undefined>;
  channels: readonly [string, string];
  box: Window;
}

function Statistics({ statistics: { before, after }, channels, box }: StatisticsProps) {
  if (!before || !after) return <p>The box has no valid pixels.</p>;
  return (
    <table class="figures">
      <caption>
        {box.width} × {box.height} pixels at column {box.x}, row {box.y}
      </caption>
      <thead>
        <tr>
          <td />
          <th scope="col">before</th>
          <th scope="col">after</th>
        </tr>
      </thead>
      <tbody>
        {channels.flatMap((name, b) => [
          <tr key={`mean-${name}`}>
            <th scope="row">{name} mean, dB</th>
            <td>{formatNumber(before[b].mean, 2)}</td>
            <td>{formatNumber(after[b].mean, 2)}</td>
          </tr>,
          <tr key={`looks-${name}`}>
            <th scope="row">{name} ENL</th>
            <td>{looks(before[b].enl)}</td>
            <td>{looks(after[b].enl)}</td>
          </tr>,
        ])}
      </tbody>
    </table>
  );
}

const looks = (value: number) => formatNumber(value, value < 100 ? 1 : 0);
