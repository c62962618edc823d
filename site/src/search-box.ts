import type { Plugin } from 'vite'

/**
 * What the search box of VitePress tells those who do not see it: a dialog with a field that offers a list, instead of a button
 * with more buttons in it, and each result by the words that it shows.
 */
const corrections: readonly (readonly [was: string, is: string])[] = [
  ['role="button"', 'role="dialog" aria-modal="true"'],
  [`:aria-owns="results?.length ? 'localsearch-list' : undefined"`, ''],
  ['aria-expanded="true"', ''],
  ['aria-haspopup="listbox"', ''],
  [
    'aria-autocomplete="both"',
    `role="combobox" aria-autocomplete="list" :aria-expanded="results?.length ? 'true' : 'false'"`,
  ],
  [`:id="'localsearch-item-' + index"`, ''],
  [`:aria-selected="selectedIndex === index ? 'true' : 'false'"`, ''],
  ['role="option"', 'role="presentation"'],
  [
    `:aria-label="[...p.titles, p.title].join(' > ')"`,
    `role="option" tabindex="-1" :id="'localsearch-item-' + index" :aria-selected="selectedIndex === index ? 'true' : 'false'"`,
  ],
  ['<kbd :aria-label', '<kbd role="img" :aria-label'],
]

export function correctSearchBox(): Plugin {
  return {
    name: 'correct-search-box',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('VPLocalSearchBox.vue')) return undefined
      return corrections.reduce((text, [was, is]) => {
        if (!text.includes(was)) throw new Error(`VPLocalSearchBox.vue has no ${was} any more`)
        return text.replaceAll(was, is)
      }, code)
    },
  }
}
