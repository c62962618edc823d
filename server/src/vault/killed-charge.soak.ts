import { killAtEachStep, situations } from './test-killed-charge.ts'

/** `npm run soak:charge`: `kill -9` between every two steps of charges that go well and of others. Two minutes. */
for (const situation of situations) {
  const stories = await killAtEachStep(situation)
  process.stdout.write(`${situation.what}, killed at each of ${stories.length} steps:\n`)
  for (const [index, story] of stories.entries()) process.stdout.write(`  ${index + 1} ${story}\n`)
}
