/** Says what went wrong in the place for it, and has it seen. */
export const sayIn =
  (place: HTMLElement) =>
  ({ heading, advice }: { readonly heading: string; readonly advice: string }): void => {
    const notice = document.createElement('div')
    notice.className = 'notice danger'
    for (const [tag, text] of [
      ['strong', heading],
      ['p', advice],
    ] as const) {
      notice.append(Object.assign(document.createElement(tag), { textContent: text }))
    }
    place.replaceChildren(notice)
    notice.scrollIntoView({ block: 'nearest' })
  }
