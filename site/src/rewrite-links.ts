import { dirname, posix } from 'node:path'
import { nameOf } from './read-pages.ts'

/** A text whose links lead to pages of the site, and the files of the repository that it leads to besides. */
export interface Rewritten {
  readonly text: string
  readonly files: readonly string[]
}

/**
 * Leads the links of a page, which are written for readers of the repository, to the pages of the site. What is no page
 * becomes a file of the site, under `files/`; a folder, or a source, is only named.
 *
 * @param file where the page stands in the repository.
 * @param base where the site is served, `/docs/`.
 * @param isFolder whether a path of the repository is a folder.
 * @param titles of the pages by their names, for links that are called by the file that they lead to.
 */
export function rewriteLinks(
  text: string,
  {
    file,
    base,
    isFolder,
    titles,
  }: {
    readonly file: string
    readonly base: string
    readonly titles: ReadonlyMap<string, string>
    isFolder(path: string): boolean
  },
): Rewritten {
  const files = new Set<string>()
  const unlinked = new Set<string>()
  const led = outsideCode(text, (prose) =>
    prose
      .replaceAll(/^\[([^\]]+)\]: (\S+)(?: "[^"]*")?$/gm, (all, id, target) => {
        const address = isElsewhere.test(target) ? target : addressOf(target)
        if (address === undefined) unlinked.add(id)
        return address === undefined ? '' : address === target ? all : `[${id}]: ${address}`
      })
      .replaceAll(/\[([^\]]+)\]\[([^\]]+)\]/g, (all, label, id) => (unlinked.has(id) ? label : all))
      .replaceAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (all, image, label, target) => {
        if (isElsewhere.test(target)) return all
        const address = addressOf(target)
        if (address === undefined) return label
        return image ? pictureOf(label, address) : `[${called(label, address)}](${address})`
      })
      .replaceAll(/\b(href|src)="([^"]+)"/g, (all, attribute, target) => {
        const address = isElsewhere.test(target) ? undefined : addressOf(target)
        return address === undefined ? all : `${attribute}="${withBase(address)}"`
      }),
  )
  return { text: led, files: [...files] }

  function addressOf(target: string): string | undefined {
    const [path = '', fragment] = target.split(/#(.*)/s)
    const place = posix.normalize(posix.join(dirname(file), path)).replace(/\/$/, '')
    const hash = fragment === undefined ? '' : `#${fragment}`
    if (place === 'README.md') return hash.startsWith('#your-first') ? '/quick-start' : '/'
    const page = nameOf(place)
    if (page !== undefined) return `/${page.replace(/(^|\/)index$/, '$1')}${hash}`
    if (isFolder(place) || place.endsWith('.ts')) return undefined
    files.add(place)
    return `/${servedAs(place)}`
  }

  /** A reader of the site knows no files: `errors.md` is the page Errors. */
  function called(label: string, address: string): string {
    const name = address.slice(1).split('#')[0] ?? ''
    return /^[\w-]+\.md$/.test(label) ? (titles.get(name) ?? label) : label
  }

  /** One that is drawn leads to itself: in a narrow window it is larger than the text, and keys move it. */
  function pictureOf(label: string, address: string): string {
    const picture = `![${label}](${withBase(address)})`
    return address.endsWith('.svg') ? `[${picture}](${address})` : picture
  }

  /** VitePress puts the base before the links of Markdown, and before nothing else. */
  function withBase(address: string): string {
    return `${base}${address.slice(1)}`
  }
}

const isElsewhere = /^(?:[a-z]+:|#|\/)/i

/** Where a file of the repository stands in the site: as it is where a browser shows it, else as plain text. */
export function servedAs(file: string): string {
  if (file.startsWith('docs/images/')) return file.slice('docs/'.length)
  const plain = file.replaceAll(/(^|\/)\./g, '$1')
  return `files/${/\.(?:json|png|svg)$/.test(plain) ? plain : `${plain}.txt`}`
}

/** Works on a text, and leaves its blocks and words of code as they are. */
function outsideCode(text: string, work: (prose: string) => string): string {
  const code: string[] = []
  const prose = text.replaceAll(
    /^```[\s\S]*?^```$|``[^\n]*?``|`[^`\n]+`/gm,
    (each) => `\0${code.push(each) - 1}\0`,
  )
  return work(prose).replaceAll(/\0(\d+)\0/g, (_, place) => code[Number(place)] ?? '')
}
