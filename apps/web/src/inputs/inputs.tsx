import type { WorkbenchClient } from '../workbench-client';
import type { Input } from '../worker/describe';
import { AreaPicker, LARGEST_SCENE } from './area-picker';
import { DropZone } from './drop-zone';
import { FileTable } from './file-table';
import { type Settings, StartBar } from './start-bar';
import type { InputState } from './use-inputs';

interface InputsProps {
  client: WorkbenchClient;
  inputs: InputState;
  settings: Settings;
  onSettings(settings: Settings): void;
  onAdd(chosen: readonly Input[]): void;
  onExample(): void;
  onRemoveAll(): void;
  onStart(): void;
  onError(problem: unknown): void;
}

/** The page before a scene is despeckled: files, their dates, the area and the settings. */
export function Inputs({ client, inputs, settings, onSettings, onStart, ...events }: InputsProps) {
  const { files, leftOut, dates, target, job, problems, placement, area, isLarge, isAreaTooLarge } = inputs;
  return (
    <>
      <DropZone small={files.length > 0} {...events} />
      {files.length > 0 && (
        <section class="inputs" aria-label="Files">
          <div class="scroll">
            <FileTable
              {...{ files, dates, target }}
              onTarget={inputs.setTarget}
              onChange={inputs.change}
              onRemove={inputs.remove}
            />
          </div>
          {leftOut.length > 0 && (
            <p class="note" role="status">
              Ignored (masks, or not GeoTIFF): {shortList(leftOut)}
            </p>
          )}
          {problems.length > 0 && (
            <ul class="problems" role="alert">
              {problems.map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            </ul>
          )}
          {placement?.notes.map((note) => (
            <p class="note" role="status" key={note}>
              {note}.
            </p>
          ))}
          {placement && area && isLarge && (
            <AreaPicker
              {...{ client, placement, area }}
              date={job.dates[job.target]}
              onArea={inputs.setArea}
            />
          )}
          {area && isAreaTooLarge && (
            <p class="bad" role="alert">
              The area has {area.width} × {area.height} pixels; at most {LARGEST_SCENE / 1e6} million pixels
              can be despeckled at once.
            </p>
          )}
          <StartBar {...{ target, settings, onSettings, onStart }} disabled={!placement || isAreaTooLarge} />
        </section>
      )}
    </>
  );
}

/** The first names, and how many there are more. */
function shortList(names: readonly string[]): string {
  const others = names.length - 3;
  return names.slice(0, 3).join(', ') + (others > 0 ? ` and ${others} more` : '');
}
