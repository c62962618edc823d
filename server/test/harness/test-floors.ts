import { dirname, join } from 'node:path/posix'

/** What each file of a tree imports: files of the tree by their paths, anything else by its name. */
export type Tree = ReadonlyMap<string, readonly string[]>

/** The rooms, and what each may import beside itself: rooms, and `node:` for what Node.js has, and packages by name. */
export type Floors = Readonly<Record<string, readonly string[]>>

/** What Node.js has, and packages. */
export const system: readonly string[] = ['node:', 'packages']

/** A folder holds at most so many files, its tests not counted. */
const maxFiles = 25
/** One that is a row of steps, in the order of their numbers, is no list. */
const rowsOfSteps: ReadonlySet<string> = new Set(['server/src/store/migrations'])

/** Reads the imports of a file, those of types too. @param paths of all files of the tree. */
export function readImports(path: string, text: string, paths: ReadonlySet<string>): readonly string[] {
  const statements =
    /^(?:import|export)\b[^'"`;=(]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm
  const found = [...text.matchAll(statements)].map(([, from, bare, called]) => from ?? bare ?? called ?? '')
  return [...new Set(found)].map((name) => pathOf(name, path, paths) ?? name)
}

function pathOf(name: string, importer: string, paths: ReadonlySet<string>): string | undefined {
  if (name.startsWith('.')) return join(dirname(importer), name)
  if (name === '@tonegate/client') return 'client/src/index.ts'
  const [, ofProtocol] = /^@tonegate\/protocol\/(.+)$/.exec(name) ?? []
  const path = ofProtocol && `protocol/src/${ofProtocol}.ts`
  return path && paths.has(path) ? path : undefined
}

/** Tests and their harness may import anything, and nothing else imports them. */
export const isTest = (path: string): boolean =>
  /\.(?:test|long|soak|engines|telephony)\.tsx?$/.test(path) ||
  /(?:^|\/)test-[^/]*$/.test(path) ||
  /^(?:server\/test|bench)\//.test(path)

/** What is wrong with a tree, one sentence each; none when all is in order. */
export function faultsIn(tree: Tree, floors: Floors, looseFiles: readonly string[]): readonly string[] {
  const files = [...tree.keys()]
  return [
    ...files.flatMap((file) => faultsOfPlace(file, floors, looseFiles)),
    ...files.flatMap((file) => faultsOfImports(file, tree.get(file) ?? [], floors)),
    ...faultsOfFolders(files),
    ...circlesIn(tree).map((circle) => `${new Intl.ListFormat('en').format(circle)} import one another`),
  ]
}

function faultsOfPlace(file: string, floors: Floors, looseFiles: readonly string[]): readonly string[] {
  if (roomOf(file, floors) !== undefined || looseFiles.includes(file) || isTest(file)) return []
  return [`${file} is in no room`]
}

function faultsOfImports(file: string, imports: readonly string[], floors: Floors): readonly string[] {
  const room = roomOf(file, floors)
  if (room === undefined || isTest(file)) return []
  const allowed = [room, ...(floors[room] ?? [])]
  return imports.flatMap((imported) => {
    if (isTest(imported)) return [`${file} imports ${imported}, which is for tests`]
    const named = nameOf(imported)
    const isAllowed = allowed.some((each) => named === each || named.startsWith(`${each}/`))
    return isAllowed ? [] : [`${file} imports ${imported}, which ${room} may not`]
  })
}

/** Which rooms a room may import and none of its files does. */
export function unusedIn(tree: Tree, floors: Floors): readonly string[] {
  return Object.entries(floors).flatMap(([room, allowed]) => {
    const imports = [...tree]
      .filter(([file]) => !isTest(file) && roomOf(file, floors) === room)
      .flatMap(([, of]) => of)
    return allowed
      .filter((each) => !system.includes(each))
      .filter(
        (each) => !imports.some((imported) => nameOf(imported) === each || imported.startsWith(`${each}/`)),
      )
      .map((each) => `${room} needs no ${each}`)
  })
}

/** What the table of floors calls an import: a file of the tree by its path. */
const nameOf = (imported: string): string =>
  imported.startsWith('node:') ? 'node:' : imported.includes('/src/') ? imported : 'packages'

/** The most exact room that holds a file. */
function roomOf(file: string, floors: Floors): string | undefined {
  return Object.keys(floors)
    .filter((room) => file.startsWith(`${room}/`))
    .sort((one, other) => other.length - one.length)[0]
}

function faultsOfFolders(files: readonly string[]): readonly string[] {
  const folders = Map.groupBy(
    files.filter((file) => !isTest(file)),
    dirname,
  )
  return [...folders]
    .filter(([folder, inIt]) => inIt.length > maxFiles && !rowsOfSteps.has(folder))
    .map(
      ([folder, inIt]) =>
        `${folder} has ${inIt.length} files, and a folder has ${maxFiles} at most: make a room of it`,
    )
}

/** The sets of files that import one another, by Tarjan's strongly connected components. */
function circlesIn(tree: Tree): readonly (readonly string[])[] {
  const found: string[][] = []
  const order = new Map<string, { readonly index: number; low: number; onStack: boolean }>()
  const stack: string[] = []
  const visit = (file: string) => {
    const here = { index: order.size, low: order.size, onStack: true }
    order.set(file, here)
    stack.push(file)
    for (const next of tree.get(file) ?? []) {
      if (!tree.has(next)) continue
      const there = order.get(next) ?? visit(next)
      if (there.onStack) here.low = Math.min(here.low, there.low)
    }
    if (here.low === here.index) {
      const circle = stack.splice(stack.indexOf(file))
      for (const member of circle) Object.assign(order.get(member) ?? {}, { onStack: false })
      if (circle.length > 1 || tree.get(file)?.includes(file)) found.push(circle.sort())
    }
    return here
  }
  for (const file of tree.keys()) if (!order.has(file)) visit(file)
  return found
}
