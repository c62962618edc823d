import { killAtEachStep, leftOut } from './test-killed-charge.ts'
import { type KilledKind, killedGateways } from './test-killed-gateways.ts'
import { type SituationName, situations } from './test-killed-situations.ts'

/**
 * `npm run soak:charge`: `kill -9` between every two steps of charges that go well and of others, with each gateway's own
 * adapter. `npm run soak:charge -- stripe adyen` takes those alone.
 */
const kinds = process.argv.slice(2)
for (const kind of Object.keys(killedGateways) as KilledKind[]) {
  if (kinds.length > 0 && !kinds.includes(kind)) continue
  for (const what of Object.keys(situations) as SituationName[]) {
    const why = leftOut(kind, what)
    if (why !== undefined) {
      process.stdout.write(`${kind}, ${what}: left out, ${why}\n`)
      continue
    }
    const stories = await killAtEachStep(kind, what)
    const counted = Map.groupBy(stories, (story) => story)
    const told = [...counted].map(([story, each]) => `${each.length} ${story}`).join(', ')
    process.stdout.write(`${kind}, ${what}, killed at each of ${stories.length} steps: ${told}\n`)
  }
}
