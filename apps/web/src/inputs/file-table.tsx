import { CONTENTS, type Contents, type FileDescription } from '../worker/describe';
import type { InputDate, InputFile } from './dates';

interface FileTableProps {
  files: readonly InputFile[];
  dates: readonly InputDate[];
  /** The day to despeckle. */
  target: string | undefined;
  onTarget(day: string): void;
  onChange(file: InputFile): void;
  onRemove(file: InputFile): void;
}

/** Recognized date and bands of each file, which can be corrected, and the choice of the date to despeckle. */
export function FileTable({ files, dates, target, onTarget, onChange, onRemove }: FileTableProps) {
  const order = new Map(dates.flatMap(({ files }, d) => files.map((file) => [file.id, d])));
  const sorted = [...files].sort((a, b) => (order.get(a.id) ?? 99) - (order.get(b.id) ?? 99));
  return (
    <table class="files">
      <caption class="hidden">Files, with their dates and polarizations</caption>
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col">Date (UTC)</th>
          <th scope="col">Bands</th>
          <th scope="col">Pixels</th>
          <th scope="col">Despeckle</th>
          <th scope="col">
            <span class="hidden">Remove</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((file) => {
          const { id, name, description, error } = file;
          const day = description?.acquired?.slice(0, 10);
          const d = order.get(id);
          const isFirstOfDay = d !== undefined && dates[d].files[0].id === id;
          return (
            <tr key={id} class={day !== undefined && day === target ? 'target' : undefined}>
              <th scope="row" title={name}>
                <span class="name">{name}</span>
              </th>
              {description ? (
                <>
                  <DescriptionCells
                    {...{ name, description }}
                    onChange={(corrected) => onChange({ ...file, description: corrected })}
                  />
                  <td class="choice">
                    {isFirstOfDay && (
                      <TargetChoice
                        day={dates[d].day}
                        checked={day === target}
                        disabled={d === 0 || d === dates.length - 1}
                        onTarget={onTarget}
                      />
                    )}
                  </td>
                </>
              ) : (
                <td colSpan={4} class={error ? 'bad' : 'faint'}>
                  {error ? 'cannot be read' : 'reading …'}
                </td>
              )}
              <td>
                <button
                  type="button"
                  class="plain"
                  aria-label={`Remove ${name}`}
                  onClick={() => onRemove(file)}
                >
                  ✕
                </button>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface DescriptionCellsProps {
  /** Of the file. */
  name: string;
  description: FileDescription;
  onChange(corrected: FileDescription): void;
}

function DescriptionCells({ name, description, onChange }: DescriptionCellsProps) {
  const { acquired, contents, bands, width, height } = description;
  return (
    <>
      <td>
        <input
          type="date"
          value={acquired?.slice(0, 10)}
          aria-label={`Date of ${name}`}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...description, acquired: value ? `${value}T00:00:00.000Z` : undefined })
          }
        />
      </td>
      <td>
        <select
          value={contents}
          aria-label={`Bands of ${name}`}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...description, contents: value as Contents })
          }
        >
          {Object.entries(CONTENTS)
            .filter(([, names]) => names.length <= bands)
            .map(([contents]) => (
              <option key={contents}>{contents}</option>
            ))}
        </select>
      </td>
      <td class="number">
        {width} × {height}
      </td>
    </>
  );
}

interface TargetChoiceProps {
  day: string;
  checked: boolean;
  disabled: boolean;
  onTarget(day: string): void;
}

function TargetChoice({ day, checked, disabled, onTarget }: TargetChoiceProps) {
  return (
    <label>
      <span aria-hidden="true">Despeckle</span>
      <input
        type="radio"
        name="target"
        checked={checked}
        disabled={disabled}
        title={disabled ? 'A date before it and a date after it are needed' : undefined}
        aria-label={`Despeckle ${day}`}
        onChange={() => onTarget(day)}
      />
    </label>
  );
}
