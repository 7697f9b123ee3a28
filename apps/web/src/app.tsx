import type { Window } from '@mtpi/polsar-priors';
import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import { AreaPicker, LARGEST_SCENE } from './inputs/area-picker';
import { datesOf, type InputFile, jobDates, problemsOf } from './inputs/dates';
import { DropZone } from './inputs/drop-zone';
import { FileTable } from './inputs/file-table';
import { nameOf, selectInputs } from './inputs/selection';
import { Progress, type Work } from './progress';
import { type SceneImages, Viewer } from './viewer/viewer';
import { WorkbenchClient } from './workbench-client';
import type { Input } from './worker/describe';
import type { JobEvent, Placement, SceneDescription } from './worker/messages';
import type { Engine, Weights } from './worker/network';
import type { Picture, Stretch } from './worker/pictures';

/** A scene that is at work or done. */
interface Result {
  scene: SceneDescription;
  images: SceneImages;
  picture: Picture;
  stretch: Stretch;
}

/** Where files lie when one of their days is despeckled, or why they do not go together. */
interface Placed {
  files: readonly InputFile[];
  target: string;
  placement?: Placement;
  error?: string;
}

/** Address of the documentation, where the page is published beside it. */
const DOCUMENTATION: string | undefined = import.meta.env.VITE_DOCUMENTATION;

let count = 0;

export function App() {
  const [client] = useState(() => new WorkbenchClient(fail));
  const [files, setFiles] = useState<readonly InputFile[]>([]);
  const [chosenTarget, setTarget] = useState<string>();
  const [placed, setPlaced] = useState<Placed>();
  const [chosenArea, setArea] = useState<Window>();
  const [weights, setWeights] = useState<Weights>('mtpi');
  const [engine, setEngine] = useState<Engine>();
  const [work, setWork] = useState<Work>();
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<string>();
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  const start = useRef<HTMLButtonElement>(null);
  /** Increased with each job, so that what comes of one that was stopped is left out. */
  const job = useRef(0);
  /** Increased with each picture that is asked for: only the last one is shown. */
  const drawing = useRef(0);

  const dates = datesOf(files);
  const reading = !files.every(isRead);
  const inner = dates.slice(1, -1).map(({ day }) => day);
  const target = chosenTarget && inner.includes(chosenTarget) ? chosenTarget : inner[(inner.length - 1) >> 1];
  const running = work !== undefined;
  const started = running || result !== undefined;
  const found = problemsOf(files, dates);
  const isComplete = !reading && files.length > 0 && found.length === 0;
  const { placement, error: apart } = (placed?.files === files && placed.target === target && placed) || {};
  const problems = apart ? [...found, apart] : found;
  const size = placement?.shared;
  const isLarge = size !== undefined && size.width * size.height > LARGEST_SCENE;
  const area = isLarge ? (chosenArea ?? middleOf(size)) : size;
  const tooLarge = area !== undefined && area.width * area.height > LARGEST_SCENE;

  useEffect(() => {
    if (!isComplete || started || placement || apart) return;
    let stale = false;
    const settle = (found: Pick<Placed, 'placement' | 'error'>) => {
      if (!stale) setPlaced({ files, target, ...found });
    };
    setArea(undefined);
    client.workbench
      .place({ dates: jobDates(dates), target: dates.findIndex(({ day }) => day === target) })
      .then(
        (placement) => settle({ placement }),
        ({ message }: Error) => settle({ error: message }),
      );
    return () => {
      stale = true;
    };
  }, [files, target, isComplete, started]);

  useEffect(() => {
    // Where the button that had the focus is gone
    if (document.activeElement === document.body) (heading.current ?? start.current)?.focus();
  }, [running, started]);
  useEffect(() => {
    if (!running) return;
    const warn = (event: Event) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [running]);

  /** Adds files, and returns them when they have been read. */
  async function addInputs(chosen: readonly Input[]): Promise<readonly InputFile[]> {
    const { inputs, leftOut } = selectInputs(
      chosen,
      files.map(({ input }) => input),
    );
    const added: InputFile[] = inputs.map((input) => ({
      id: ++count,
      name: nameOf(input),
      input,
    }));
    setError(undefined);
    setLeftOut(leftOut);
    setFiles((current) => [...current, ...added]);
    const read: InputFile[] = [];
    for (const file of added) {
      const described = await client.workbench.describe(file.input).then(
        (description) => ({ ...file, description }),
        ({ message }: Error) => ({ ...file, error: message }),
      );
      read.push(described);
      setFiles((current) => current.map((other) => (other.id === file.id ? described : other)));
    }
    return read;
  }

  async function example(): Promise<void> {
    setWork({ stage: 'reading', done: 0, total: 0, since: 0 });
    try {
      const own = await addInputs(await client.workbench.exampleFiles());
      await despeckle(own, datesOf(own)[1].day);
    } catch (problem) {
      setWork(undefined);
      setError((problem as Error).message);
    }
  }

  async function despeckle(own: readonly InputFile[], day: string, part?: Window): Promise<void> {
    const number = ++job.current;
    const days = datesOf(own);
    const picture: Picture = 'co';
    let images: SceneImages | undefined;
    let stretch: Stretch | undefined;
    let since = 0;
    setError(undefined);
    setResult(undefined);
    setWork({ stage: 'reading', done: 0, total: 0, since });
    const changed = () =>
      setResult((current) => current && { ...current, images: { ...images!, version: ++images!.version } });
    const receive = async (event: JobEvent) => {
      if (number !== job.current) return;
      if (event.stage === 'read') {
        const { scene } = event;
        stretch = event.stretch;
        images = { before: canvasOf(scene), after: canvasOf(scene), version: 0 };
        setResult({ scene, images, picture, stretch });
        paint(images.before, await client.workbench.draw(picture, 'before', stretch));
        changed();
      } else if (event.stage === 'tile') {
        paint(images!.after, event.bitmap, event.x, event.y);
        changed();
      } else if (event.stage === 'running') {
        setWork({ ...event, since });
      } else {
        since = performance.now();
        setWork({ stage: event.stage, done: 0, total: 0, since });
      }
    };
    try {
      const order = {
        dates: jobDates(days),
        target: days.findIndex((date) => date.day === day),
        ...{ area: part, weights, engine },
      };
      await client.workbench.despeckle(order, picture, proxy(receive));
      if (number !== job.current) return;
      setWork(undefined);
      void show(images!, picture, stretch!);
    } catch (problem) {
      if (number !== job.current) return;
      setWork(undefined);
      setResult(undefined);
      setError((problem as Error).message);
    }
  }

  function cancel(): void {
    job.current++;
    client.stop();
    setWork(undefined);
    setResult(undefined);
    // Files that the worker was reading are not read any more.
    setFiles((current) => (current.every(isRead) ? current : current.filter(isRead)));
  }

  function fail(): void {
    cancel();
    setError('A part of the page could not be loaded or ran out of memory. Reload the page and try again');
  }

  /** Shows another picture of a scene that is done, or with another stretch. */
  async function show(images: SceneImages, picture: Picture, stretch: Stretch): Promise<void> {
    const [number, own] = [++drawing.current, job.current];
    setResult((current) => current && { ...current, picture, stretch });
    const [before, after] = await Promise.all([
      client.workbench.draw(picture, 'before', stretch),
      client.workbench.draw(picture, 'after', stretch),
    ]);
    if (number !== drawing.current || own !== job.current) return;
    paint(images.before, before);
    paint(images.after, after);
    setResult((current) => current && { ...current, images: { ...images, version: ++images.version } });
  }

  async function save(name: string, make: () => Promise<Blob>): Promise<void> {
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await make());
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (problem) {
      setError((problem as Error).message);
    }
  }

  function removeAll(): void {
    cancel();
    setFiles([]);
    setLeftOut([]);
    setError(undefined);
    setArea(undefined);
    setTarget(undefined);
  }

  const day = result?.scene.acquired.slice(0, 10);
  return (
    <>
      <header>
        <h1>Sentinel-1 without speckle</h1>
        <p>
          Speckle is the grain in radar images. This page removes it from a Sentinel-1 image with the help of
          images of the same place from earlier and later dates. It all happens on your computer: nothing is
          uploaded.
        </p>
      </header>
      <main>
        {!started && (
          <>
            <DropZone
              small={files.length > 0}
              onInputs={(inputs) => void addInputs(inputs)}
              onExample={() => void example()}
              onRemoveAll={removeAll}
            />
            {files.length > 0 && (
              <section class="inputs" aria-label="Files">
                <div class="scroll">
                  <FileTable
                    {...{ files, dates, target }}
                    onTarget={setTarget}
                    onChange={(file) => setFiles(files.map((other) => (other.id === file.id ? file : other)))}
                    onRemove={(file) => setFiles(files.filter(({ id }) => id !== file.id))}
                  />
                </div>
                {leftOut.length > 0 && (
                  <p class="note" role="status">
                    Not GeoTIFF images, left out: {shortList(leftOut)}
                  </p>
                )}
                {!reading && problems.length > 0 && (
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
                    date={jobDates(dates.filter(({ day }) => day === target))[0]}
                    onArea={setArea}
                  />
                )}
                {tooLarge && (
                  <p class="bad" role="alert">
                    The area has {area.width} × {area.height} pixels; at most {LARGEST_SCENE / 1e6} million
                    can be despeckled at once.
                  </p>
                )}
                <div class="actions">
                  <button
                    type="button"
                    class="main"
                    ref={start}
                    disabled={!placement || tooLarge}
                    onClick={() => void despeckle(files, target, area)}
                  >
                    {target ? `Despeckle ${target}` : 'Despeckle'}
                  </button>
                  <label>
                    Quality{' '}
                    <select
                      value={weights}
                      onChange={({ currentTarget: { value } }) => setWeights(value as Weights)}
                    >
                      <option value="mtpi">best</option>
                      <option value="mtpi-small">good, five times as fast</option>
                    </select>
                  </label>
                  <label>
                    Runs on{' '}
                    <select
                      value={engine ?? 'auto'}
                      onChange={({ currentTarget: { value } }) =>
                        setEngine(value === 'auto' ? undefined : (value as Engine))
                      }
                    >
                      <option value="auto">the fastest available</option>
                      <option value="webgpu">graphics card (WebGPU)</option>
                      <option value="wasm">processor (WebAssembly)</option>
                    </select>
                  </label>
                </div>
              </section>
            )}
          </>
        )}
        {error && (
          <p class="problems" role="alert">
            {error}
          </p>
        )}
        {work && <Progress work={work} onCancel={cancel} />}
        {result && (
          <>
            {!work && (
              <div class="bar result">
                <h2 ref={heading} tabIndex={-1}>
                  {day}, {result.scene.width} × {result.scene.height} pixels
                </h2>
                <div class="actions">
                  <button
                    type="button"
                    class="main"
                    onClick={() => void save(`despeckled_${day}.tif`, () => client.workbench.geotiff())}
                  >
                    Save GeoTIFF
                  </button>
                  <button
                    type="button"
                    onClick={() =>
                      void save(`despeckled_${day}.png`, () =>
                        client.workbench.png(result.picture, result.stretch),
                      )
                    }
                  >
                    Save PNG
                  </button>
                  <button
                    type="button"
                    onClick={() =>
                      void save(`despeckled_${day}.html`, () => client.workbench.report(result.stretch))
                    }
                  >
                    Save report
                  </button>
                  <button type="button" class="plain" onClick={() => setResult(undefined)}>
                    Back to the files
                  </button>
                </div>
              </div>
            )}
            <Viewer
              key={job.current}
              {...{ client, ...result }}
              running={running}
              onShow={(picture, stretch) => void show(result.images, picture, stretch)}
            />
            {result.scene.warnings.length > 0 && (
              <details class="warnings" open>
                <summary>About the files</summary>
                <ul>
                  {result.scene.warnings.map((warning) => (
                    <li key={warning}>{warning}</li>
                  ))}
                </ul>
              </details>
            )}
          </>
        )}
      </main>
      <footer>
        <p>
          The method is MTPI-Net (Xu et al. 2025): a neural network guided by polarimetric priors, trained
          without clean images. The example is a simulated scene.{' '}
          {DOCUMENTATION && <a href={DOCUMENTATION}>Documentation</a>}
        </p>
      </footer>
    </>
  );
}

/** The middle of an area, as large as can be despeckled at once. */
function middleOf({ x, y, width, height }: Window): Window {
  const edge = Math.floor(Math.sqrt(LARGEST_SCENE) / 2);
  const size = { width: Math.min(width, edge), height: Math.min(height, edge) };
  return { x: x + ((width - size.width) >> 1), y: y + ((height - size.height) >> 1), ...size };
}

const isRead = ({ description, error }: InputFile) => Boolean(description || error);

/** The first names, and how many there are more. */
function shortList(names: readonly string[]): string {
  const others = names.length - 3;
  return names.slice(0, 3).join(', ') + (others > 0 ? ` and ${others} more` : '');
}

function canvasOf({ width, height }: SceneDescription): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

function paint(canvas: HTMLCanvasElement, bitmap: ImageBitmap, x = 0, y = 0): void {
  const context = canvas.getContext('2d')!;
  context.clearRect(x, y, bitmap.width, bitmap.height);
  context.drawImage(bitmap, x, y);
  bitmap.close();
}
