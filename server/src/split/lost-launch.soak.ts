import { playLostLaunch, situations } from './test-lost-launch.ts'

/**
 * `npm run soak:launch`: a launch between the two processes is cut, or a process is killed or stopped, at each moment of
 * it. Some ten minutes.
 */
for (const situation of situations) {
  const { fault, moment, key } = situation
  const { answers, sessions, links } = await playLostLaunch(situation)
  const told = [...new Set(answers)].join(', ')
  process.stdout.write(`${fault} when ${moment}, ${key}: ${told}; ${sessions} sessions, ${links} links\n`)
}
