import type { Window } from '@mtpi/polsar-priors';
import { useEffect, useState } from 'preact/hooks';
import type { WorkbenchClient } from '../workbench-client';
import type { Input } from '../worker/describe';
import type { Placement } from '../worker/messages';
import { LARGEST_SCENE } from './area-picker';
import { datesOf, type InputFile, jobOf, problemsOf } from './dates';
import { nameOf, selectInputs } from './selection';

/** Where files lie when one of their days is despeckled, or why they do not go together. */
interface Placed {
  files: readonly InputFile[];
  target: string;
  placement?: Placement;
  error?: string;
}

export type InputState = ReturnType<typeof useInputs>;

let count = 0;

/**
 * The files that the visitor has chosen, and which of their dates and what area of it are to be despeckled.
 *
 * @param started Whether a scene is being despeckled or shown, so that nothing else is asked of the worker.
 */
export function useInputs(client: WorkbenchClient, started: boolean) {
  const [files, setFiles] = useState<readonly InputFile[]>([]);
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const [chosenTarget, setTarget] = useState<string>();
  const [placed, setPlaced] = useState<Placed>();
  const [chosenArea, setArea] = useState<Window>();

  const dates = datesOf(files);
  const inner = dates.slice(1, -1).map(({ day }) => day);
  const target = chosenTarget && inner.includes(chosenTarget) ? chosenTarget : inner[(inner.length - 1) >> 1];
  const reading = !files.every(isRead);
  const found = problemsOf(files, dates);
  const isComplete = !reading && files.length > 0 && found.length === 0;
  const { placement, error: apart } = (placed?.files === files && placed.target === target && placed) || {};
  const shared = placement?.shared;
  const isLarge = shared !== undefined && isTooLarge(shared);
  const area = isLarge ? (chosenArea ?? middleOf(shared)) : shared;
  const job = jobOf(dates, target);

  useEffect(() => {
    if (!isComplete || started || placement || apart) return;
    let stale = false;
    const settle = (outcome: Pick<Placed, 'placement' | 'error'>) => {
      if (!stale) setPlaced({ files, target, ...outcome });
    };
    setArea(undefined);
    client.workbench.place(job).then(
      (placement) => settle({ placement }),
      ({ message }: Error) => settle({ error: message }),
    );
    return () => {
      stale = true;
    };
  }, [files, target, isComplete, started]);

  /** Adds files, and returns them when they have been read. */
  async function add(chosen: readonly Input[]): Promise<readonly InputFile[]> {
    const selected = selectInputs(
      chosen,
      files.map(({ input }) => input),
    );
    const added: InputFile[] = selected.inputs.map((input) => ({ id: ++count, name: nameOf(input), input }));
    setLeftOut(selected.leftOut);
    setFiles((current) => [...current, ...added]);
    const read: InputFile[] = [];
    for (const file of added) {
      const described = await client.workbench.describe(file.input).then(
        (description) => ({ ...file, description }),
        ({ message }: Error) => ({ ...file, error: message }),
      );
      read.push(described);
      change(described);
    }
    return read;
  }

  const change = (file: InputFile) =>
    setFiles((current) => current.map((other) => (other.id === file.id ? file : other)));

  return {
    files,
    /** Names of chosen files of other kinds. */
    leftOut,
    dates,
    /** The day to despeckle. */
    target,
    job,
    /** Why the files can't be despeckled; empty as long as they are read. */
    problems: reading ? [] : [...found, ...(apart ? [apart] : [])],
    /** Where the dates lie, once that is known and nothing is wrong. */
    placement,
    /** The area to despeckle; it is chosen where the scene is large. */
    area,
    isLarge,
    isAreaTooLarge: area !== undefined && isTooLarge(area),
    add,
    change,
    remove: ({ id }: InputFile) => setFiles((current) => current.filter((file) => file.id !== id)),
    /** Removes the files that were being read by a worker that was stopped. */
    removeUnread: () => setFiles((current) => (current.every(isRead) ? current : current.filter(isRead))),
    removeAll() {
      setFiles([]);
      setLeftOut([]);
      setArea(undefined);
      setTarget(undefined);
    },
    setTarget,
    setArea,
  };
}

const isRead = ({ description, error }: InputFile) => Boolean(description || error);

const isTooLarge = ({ width, height }: Window) => width * height > LARGEST_SCENE;

/** The middle of an area, a quarter of what can be despeckled at once. */
function middleOf({ x, y, width, height }: Window): Window {
  const edge = Math.floor(Math.sqrt(LARGEST_SCENE) / 2);
  const size = { width: Math.min(width, edge), height: Math.min(height, edge) };
  return { x: x + ((width - size.width) >> 1), y: y + ((height - size.height) >> 1), ...size };
}
