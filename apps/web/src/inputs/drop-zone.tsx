import { useState } from 'preact/hooks';
import type { Input } from '../worker/describe';
import { droppedFiles } from './dropped-files';

interface DropZoneProps {
  /** A smaller one, where there are files already. */
  small: boolean;
  onAdd(chosen: readonly Input[]): void;
  onExample(): void;
  onRemoveAll(): void;
  onError(problem: unknown): void;
}

/** Takes files and addresses. */
export function DropZone({ small, onAdd, onExample, onRemoveAll, onError }: DropZoneProps) {
  const [over, setOver] = useState(false);
  const [addresses, setAddresses] = useState('');
  return (
    <section
      class={`drop${over ? ' over' : ''}${small ? ' small' : ''}`}
      aria-label="Images"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        droppedFiles(event.dataTransfer).then(onAdd).catch(onError);
      }}
    >
      {!small && (
        <>
          <h2>Drop GeoTIFF files of three or more dates here</h2>
          <p>
            Each date needs two polarizations, VV and VH or HH and HV: as two files, as one file with both, or
            as a C2 covariance matrix. Pixel values may be intensities, amplitudes or dB. OPERA RTC-S1
            products of the same burst can be used as they are; they are free of charge at{' '}
            <a href="https://search.asf.alaska.edu/">ASF Data Search</a>.
          </p>
        </>
      )}
      <div class="actions">
        <label class={`button${small ? '' : ' main'}`}>
          {small ? 'Add files' : 'Choose files'}
          <input
            class="hidden"
            type="file"
            multiple
            accept=".tif,.tiff,image/tiff"
            onChange={({ currentTarget }) => {
              onAdd([...(currentTarget.files ?? [])]);
              currentTarget.value = '';
            }}
          />
        </label>
        {small ? (
          <button type="button" class="plain" onClick={onRemoveAll}>
            Remove all
          </button>
        ) : (
          <button type="button" onClick={onExample}>
            Try the example
          </button>
        )}
      </div>
      <details>
        <summary>Or enter web addresses of Cloud Optimized GeoTIFFs</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            onAdd(addresses.split(/\s+/).filter(Boolean));
            setAddresses('');
          }}
        >
          <textarea
            rows={3}
            value={addresses}
            aria-label="Web addresses, one per line"
            placeholder="https://…, one per line"
            onInput={({ currentTarget }) => setAddresses(currentTarget.value)}
          />
          <button type="submit" disabled={!addresses.trim()}>
            Add
          </button>
        </form>
      </details>
    </section>
  );
}
