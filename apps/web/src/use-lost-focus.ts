import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Moves the focus to an element of a component that appears, where the element that had it is gone. */
export function useLostFocus(element: RefObject<HTMLElement>): void {
  useEffect(() => {
    if (document.activeElement === document.body) element.current?.focus();
  }, []);
}
