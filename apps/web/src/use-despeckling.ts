import { proxy } from 'comlink';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Work } from './progress';
import type { SceneImages } from './viewer/viewer';
import type { WorkbenchClient } from './workbench-client';
import type { Job, JobEvent, SceneDescription } from './worker/messages';
import type { Picture, Stretch } from './worker/pictures';

/** A scene that is being despeckled, or done. */
export interface Result {
  /** Number of its job. */
  job: number;
  scene: SceneDescription;
  images: SceneImages;
  picture: Picture;
  stretch: Stretch;
}

/** The picture that is shown first, and while a scene is being despeckled. */
const FIRST_PICTURE: Picture = 'co';

const READING: Work = { stage: 'reading', done: 0, total: 0, since: 0 };

/** Despeckles in the worker, one scene at a time, and holds its progress and the result. */
export function useDespeckling(client: WorkbenchClient) {
  const [work, setWork] = useState<Work>();
  const [result, setResult] = useState<Result>();
  const [error, setError] = useState<string>();
  /** Increased with each job, so that what comes of one that was stopped is left out. */
  const lastJob = useRef(0);
  /** Increased with each picture that is asked for: only the last one is shown. */
  const lastDrawing = useRef(0);
  const running = work !== undefined;

  useEffect(() => {
    if (!running) return;
    const warn = (event: Event) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [running]);

  const fail = (problem: unknown) => setError((problem as Error).message);

  /** Has the viewer show what was painted on the images of the result. */
  const refresh = () =>
    setResult((current) => {
      if (!current) return current;
      const { images } = current;
      return { ...current, images: { ...images, version: images.version + 1 } };
    });

  /** Despeckles a scene, also one whose files are still to be read. Errors are shown. */
  async function despeckle(order: Job | Promise<Job>): Promise<void> {
    const job = ++lastJob.current;
    let scene: Result | undefined;
    let since = 0;
    setError(undefined);
    setResult(undefined);
    setWork(READING);
    const start = async (description: SceneDescription, stretch: Stretch) => {
      const images = imagesOf(description);
      scene = { job, scene: description, images, picture: FIRST_PICTURE, stretch };
      setResult(scene);
      paint(images.before, await client.workbench.draw(FIRST_PICTURE, 'before', stretch));
      refresh();
    };
    const take = async (event: JobEvent) => {
      switch (event.stage) {
        case 'reading':
        case 'loading':
          since = performance.now();
          return setWork({ stage: event.stage, done: 0, total: 0, since });
        case 'read':
          return start(event.scene, event.stretch);
        case 'running':
          return setWork({ ...event, since });
        case 'tile':
          paint(scene!.images.after, event.bitmap, event.x, event.y);
          return refresh();
        case 'problem':
          return setError(event.message);
      }
    };
    const receive = async (event: JobEvent) => {
      if (job === lastJob.current) await take(event).catch(fail);
    };
    try {
      await client.workbench.despeckle(await order, FIRST_PICTURE, proxy(receive));
      if (job !== lastJob.current) return;
      setWork(undefined);
      await draw(scene!, FIRST_PICTURE, scene!.stretch);
    } catch (problem) {
      if (job !== lastJob.current) return;
      setWork(undefined);
      setResult(undefined);
      fail(problem);
    }
  }

  /** Draws both images of a scene that is done. Errors are shown. */
  async function draw({ job, images }: Result, picture: Picture, stretch: Stretch): Promise<void> {
    const number = ++lastDrawing.current;
    const isLast = () => number === lastDrawing.current && job === lastJob.current;
    setResult((current) => current && { ...current, picture, stretch });
    try {
      const [before, after] = await Promise.all([
        client.workbench.draw(picture, 'before', stretch),
        client.workbench.draw(picture, 'after', stretch),
      ]);
      if (!isLast()) return;
      paint(images.before, before);
      paint(images.after, after);
      refresh();
    } catch (problem) {
      if (isLast()) fail(problem);
    }
  }

  return {
    work,
    result,
    /** Why what was asked for last could not be done. */
    error,
    setError,
    fail,
    despeckle,
    /** Shows another picture of the result, or with another stretch. */
    show: (picture: Picture, stretch: Stretch) => draw(result!, picture, stretch),
    /** Ends the worker and what it does at once. */
    cancel() {
      lastJob.current++;
      client.stop();
      setWork(undefined);
      setResult(undefined);
    },
    /** Leaves the result for the files. */
    close: () => setResult(undefined),
  };
}

function imagesOf({ width, height }: SceneDescription): SceneImages {
  const blank = () => Object.assign(document.createElement('canvas'), { width, height });
  return { before: blank(), after: blank(), version: 0 };
}

function paint(canvas: HTMLCanvasElement, bitmap: ImageBitmap, x = 0, y = 0): void {
  const context = canvas.getContext('2d')!;
  context.clearRect(x, y, bitmap.width, bitmap.height);
  context.drawImage(bitmap, x, y);
  bitmap.close();
}
