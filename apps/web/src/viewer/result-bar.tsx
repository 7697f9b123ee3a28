import { useRef } from 'preact/hooks';
import type { Result } from '../use-despeckling';
import { useLostFocus } from '../use-lost-focus';
import type { WorkbenchClient } from '../workbench-client';

interface ResultBarProps {
  client: WorkbenchClient;
  result: Result;
  onClose(): void;
  onError(problem: unknown): void;
}

/** What the result is, and its files to save. */
export function ResultBar({ client, result, onClose, onError }: ResultBarProps) {
  const { scene, picture, stretch } = result;
  const { width, height } = scene;
  const day = scene.acquired.slice(0, 10);
  const heading = useRef<HTMLHeadingElement>(null);
  useLostFocus(heading);
  const save = (extension: string, file: Promise<Blob>) =>
    void file.then((blob) => download(blob, `despeckled_${day}.${extension}`)).catch(onError);
  return (
    <div class="bar result">
      <h2 ref={heading} tabIndex={-1}>
        {day}, {width} × {height} pixels
      </h2>
      <div class="actions">
        <button type="button" class="main" onClick={() => save('tif', client.workbench.geotiff())}>
          Save GeoTIFF
        </button>
        <button type="button" onClick={() => save('png', client.workbench.png(picture, stretch))}>
          Save PNG
        </button>
        <button type="button" onClick={() => save('html', client.workbench.report(stretch))}>
          Save report
        </button>
        <button type="button" class="plain" onClick={onClose}>
          Back to the files
        </button>
      </div>
    </div>
  );
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
