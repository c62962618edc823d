import { killAtEachStep, leftOut } from './test-killed-charge.ts'
import { type KilledKind, killedGateways } from './test-killed-gateways.ts'
import { type SituationName, situations } from './test-killed-situations.ts'

/**
 * `npm run soak:charge`: `kill -9` between every two steps of charges that go well and of others, with each gateway's own
 * adapter. Some twenty minutes; `npm run soak:charge -- stripe adyen` takes those alone. What fails is told, and the rest
 * is played all the same.
 */
const kinds = process.argv.slice(2)
for (const kind of Object.keys(killedGateways) as KilledKind[]) {
  if (kinds.length > 0 && !kinds.includes(kind)) continue
  for (const what of Object.keys(situations) as SituationName[]) {
    const told = await play(kind, what).catch((error) => {
      process.exitCode = 1
      return `FAILED: ${error.message}`
    })
    process.stdout.write(`${kind}, ${what}: ${told}\n`)
  }
}

async function play(kind: KilledKind, what: SituationName): Promise<string> {
  const why = leftOut(kind, what)
  if (why !== undefined) return `left out, ${why}`
  const stories = await killAtEachStep(kind, what)
  const counted = [...Map.groupBy(stories, (story) => story)].map(
    ([story, each]) => `${each.length} ${story}`,
  )
  return `killed at each of ${stories.length} steps: ${counted.join(', ')}`
}
