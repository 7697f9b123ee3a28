import { type Remote, wrap } from 'comlink';
import type { Workbench } from './worker/workbench';

/** The worker that all work is done in, started on first use. */
export class WorkbenchClient {
  private worker: Worker | undefined;
  private remote: Remote<Workbench> | undefined;

  /** @param onFailure Called where the worker can't be loaded or breaks down; it is stopped then. */
  constructor(private readonly onFailure: () => void) {}

  get workbench(): Remote<Workbench> {
    if (!this.remote) {
      this.worker = new Worker(new URL('./worker/workbench.ts', import.meta.url), { type: 'module' });
      this.worker.addEventListener('error', () => {
        this.stop();
        this.onFailure();
      });
      this.remote = wrap<Workbench>(this.worker);
    }
    return this.remote;
  }

  /** Ends the worker with all that it does and holds, at once. Calls that are pending are never answered. */
  stop(): void {
    this.worker?.terminate();
    this.worker = this.remote = undefined;
  }
}
