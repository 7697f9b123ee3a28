import { CONTENTS, type Contents } from '../worker/describe';
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
          <th scope="col">Size</th>
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
          const date = order.get(id);
          const first = date !== undefined && dates[date].files[0].id === id;
          const inside = date !== undefined && date > 0 && date < dates.length - 1;
          return (
            <tr key={id} class={day !== undefined && day === target ? 'target' : undefined}>
              <th scope="row" title={name}>
                <span class="name">{name}</span>
              </th>
              {description ? (
                <>
                  <td>
                    <input
                      type="date"
                      value={day}
                      aria-label={`Date of ${name}`}
                      onChange={({ currentTarget: { value } }) =>
                        onChange({
                          ...file,
                          description: {
                            ...description,
                            acquired: value ? `${value}T00:00:00.000Z` : undefined,
                          },
                        })
                      }
                    />
                  </td>
                  <td>
                    <select
                      value={description.contents}
                      aria-label={`Bands of ${name}`}
                      onChange={({ currentTarget: { value } }) =>
                        onChange({ ...file, description: { ...description, contents: value as Contents } })
                      }
                    >
                      {Object.entries(CONTENTS)
                        .filter(([, bands]) => bands.length <= description.bands)
                        .map(([contents]) => (
                          <option key={contents}>{contents}</option>
                        ))}
                    </select>
                  </td>
                  <td class="number">
                    {description.width} × {description.height}
                  </td>
                  <td class="choice">
                    {first && (
                      <label>
                        <span aria-hidden="true">Despeckle</span>
                        <input
                          type="radio"
                          name="target"
                          checked={day === target}
                          disabled={!inside}
                          title={inside ? undefined : 'There is no date on one side of it'}
                          aria-label={`Despeckle ${day}`}
                          onChange={() => onTarget(day!)}
                        />
                      </label>
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
