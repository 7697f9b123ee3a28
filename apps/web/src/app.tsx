import { useState } from 'preact/hooks';
import { datesOf, jobOf } from './inputs/dates';
import { Inputs } from './inputs/inputs';
import type { Settings } from './inputs/start-bar';
import { useInputs } from './inputs/use-inputs';
import { Progress } from './progress';
import { useDespeckling } from './use-despeckling';
import { ResultBar } from './viewer/result-bar';
import { Viewer } from './viewer/viewer';
import { WorkbenchClient } from './workbench-client';
import type { Input } from './worker/describe';
import type { Job } from './worker/messages';

/** Address of the documentation, where the page is published beside it. */
const DOCUMENTATION: string | undefined = import.meta.env.VITE_DOCUMENTATION;

export function App() {
  const [client] = useState(() => new WorkbenchClient(breakDown));
  const [settings, setSettings] = useState<Settings>({ weights: 'mtpi' });
  const despeckling = useDespeckling(client);
  const { work, result, error, setError, fail, despeckle, show } = despeckling;
  const started = work !== undefined || result !== undefined;
  const inputs = useInputs(client, started);

  function add(chosen: readonly Input[]): void {
    setError(undefined);
    inputs.add(chosen).catch(fail);
  }

  async function exampleJob(): Promise<Job> {
    const dates = datesOf(await inputs.add(await client.workbench.exampleFiles()));
    return { ...jobOf(dates, dates[1].day), ...settings };
  }

  function cancel(): void {
    despeckling.cancel();
    inputs.removeUnread();
  }

  function breakDown(): void {
    cancel();
    setError('A part of the page could not be loaded or ran out of memory. Reload the page and try again');
  }

  function removeAll(): void {
    cancel();
    inputs.removeAll();
    setError(undefined);
  }

  return (
    <>
      <header>
        <h1>Sentinel-1 without speckle</h1>
        <p>
          Speckle is the granular noise of radar images. This page removes it from a Sentinel-1 image with the
          help of images of the same area from earlier and later dates. It all happens on your computer:
          nothing is uploaded.
        </p>
      </header>
      <main>
        {!started && (
          <Inputs
            {...{ client, inputs, settings }}
            onSettings={setSettings}
            onAdd={add}
            onExample={() => void despeckle(exampleJob())}
            onRemoveAll={removeAll}
            onStart={() => void despeckle({ ...inputs.job, area: inputs.area, ...settings })}
            onError={fail}
          />
        )}
        {error && (
          <p class="problems" role="alert">
            {error}
          </p>
        )}
        {work && <Progress work={work} onCancel={cancel} />}
        {result && !work && <ResultBar {...{ client, result }} onClose={despeckling.close} onError={fail} />}
        {result && (
          <Viewer
            key={result.job}
            {...{ client, ...result }}
            running={work !== undefined}
            onShow={(picture, stretch) => void show(picture, stretch)}
            onError={fail}
          />
        )}
        {result && result.scene.warnings.length > 0 && (
          <details class="warnings" open>
            <summary>About the files</summary>
            <ul>
              {result.scene.warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          </details>
        )}
      </main>
      <footer>
        <p>
          The method is MTPI-Net (Xu et al. 2025): a neural network guided by polarimetric priors, trained
          without speckle-free images. The example is a simulated scene.{' '}
          {DOCUMENTATION && <a href={DOCUMENTATION}>Documentation</a>}
        </p>
      </footer>
    </>
  );
}
