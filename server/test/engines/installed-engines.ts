import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { StartEngine } from './engine.ts'
import { startFirefox } from './firefox.ts'
import { startWebKit } from './webkit.ts'

/** The engines that pages are played in, each with what Debian calls the packages that bring it. */
export const engines: readonly {
  readonly name: string
  readonly packages: string
  readonly start: StartEngine
}[] = [
  {
    name: 'Firefox',
    packages: 'firefox-esr',
    async start() {
      const file = find(['firefox-esr', 'firefox'])
      return file === undefined ? undefined : startFirefox(file)
    },
  },
  {
    name: 'WebKitGTK',
    packages: 'webkit2gtk-driver xvfb',
    async start() {
      const driver = find(['WebKitWebDriver'])
      const [browser] = globSync('/usr/lib/*/webkit{2gtk,gtk}-*/MiniBrowser')
      const display = find(['Xvfb'])
      if (driver === undefined || browser === undefined || display === undefined) return undefined
      return startWebKit({ driver, browser, display })
    },
  },
]

function find(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file))
}
