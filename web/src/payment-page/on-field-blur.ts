/**
 * Calls back when a field is left, but never while a finger is down: what appears then would push away what the finger
 * is about to press. Whoever leaves for the button hears everything at once from there.
 */
export function createOnFieldBlur(
  button: HTMLElement,
): (input: HTMLInputElement, callback: () => void) => void {
  let isPointerDown = false
  document.addEventListener('pointerdown', () => {
    isPointerDown = true
  })
  for (const end of ['pointerup', 'pointercancel']) {
    document.addEventListener(end, () => {
      isPointerDown = false
    })
  }
  return (input, callback) => {
    input.addEventListener('blur', ({ relatedTarget }) => {
      if (relatedTarget === button) return
      if (!isPointerDown) return callback()
      document.addEventListener('pointerup', () => setTimeout(callback), { once: true })
    })
  }
}
