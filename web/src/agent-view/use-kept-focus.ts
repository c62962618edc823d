import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/**
 * Keeps the keyboard's place when what had the focus disappears or is switched off: the focus goes to a given element
 * instead of to nowhere. Nothing happens while nobody has focused anything.
 */
export function useKeptFocus(fallback: RefObject<HTMLElement | null>): void {
  const last = useRef<Element | null>(null)
  useEffect(() => {
    const focused = ({ target }: FocusEvent) => {
      last.current = target instanceof Element ? target : null
    }
    document.addEventListener('focusin', focused)
    return () => document.removeEventListener('focusin', focused)
  }, [])
  useLayoutEffect(() => {
    const lost = last.current
    if (!lost || (lost.isConnected && !lost.matches(':disabled'))) return
    const { activeElement } = document
    if (activeElement === null || activeElement === document.body || activeElement === lost) {
      fallback.current?.focus({ preventScroll: true })
    }
  })
}
