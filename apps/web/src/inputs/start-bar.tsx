import { useRef } from 'preact/hooks';
import { useLostFocus } from '../use-lost-focus';
import type { Engine, Weights } from '../worker/network';

/** Which network despeckles, and where it runs. */
export interface Settings {
  weights: Weights;
  /** Default the fastest one. */
  engine?: Engine;
}

interface StartBarProps {
  /** The day to despeckle. */
  target: string | undefined;
  disabled: boolean;
  settings: Settings;
  onSettings(settings: Settings): void;
  onStart(): void;
}

/** The settings, and the button that starts. */
export function StartBar({ target, disabled, settings, onSettings, onStart }: StartBarProps) {
  const start = useRef<HTMLButtonElement>(null);
  useLostFocus(start);
  return (
    <div class="actions">
      <button type="button" class="main" ref={start} disabled={disabled} onClick={onStart}>
        {target ? `Despeckle ${target}` : 'Despeckle'}
      </button>
      <label>
        Quality{' '}
        <select
          value={settings.weights}
          onChange={({ currentTarget: { value } }) => onSettings({ ...settings, weights: value as Weights })}
        >
          <option value="mtpi">best</option>
          <option value="mtpi-small">good, five times as fast</option>
        </select>
      </label>
      <label>
        Runs on{' '}
        <select
          value={settings.engine ?? 'auto'}
          onChange={({ currentTarget: { value } }) =>
            onSettings({ ...settings, engine: value === 'auto' ? undefined : (value as Engine) })
          }
        >
          <option value="auto">the fastest available</option>
          <option value="webgpu">graphics card (WebGPU)</option>
          <option value="wasm">processor (WebAssembly)</option>
        </select>
      </label>
    </div>
  );
}
