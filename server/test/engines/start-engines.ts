import { test } from 'node:test'
import type { Engine } from './engine.ts'
import { engines } from './installed-engines.ts'

/** Starts one engine after the other, and says which are there; for one that is not, a test is skipped. */
export async function* startEngines(): AsyncGenerator<{ readonly name: string; readonly engine: Engine }> {
  for (const { name, packages, start } of engines) {
    const engine = await start()
    if (engine) {
      process.stdout.write(`${name}: ${engine.name}\n`)
      yield { name, engine }
      continue
    }
    const reason = `${name} was not tried: this machine does not have it (apt-get install ${packages})`
    process.stdout.write(`${reason}.\n`)
    test(name, { skip: reason }, () => {})
  }
}
