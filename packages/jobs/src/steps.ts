import { ownTurn } from './own-turn';

/** Work in pieces: yields between them, and returns its result. */
export type Steps<T> = Generator<void, T, void>;

/** Whether a function has returned work in pieces rather than its result. */
export const isSteps = <T>(returned: T | Steps<T>): returned is Steps<T> =>
  typeof (returned as Partial<Steps<T>> | undefined)?.next === 'function';

/** The result of work in pieces. Each piece has a turn of the event loop of its own. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await ownTurn();
  }
}

/** The result of work in pieces, all of them in this turn of the event loop. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
