import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestNode } from '../harness/test-nodes.ts'
import { findFaults, inLanes } from './ground/faults-found.ts'
import { type Ground, prepareGround } from './ground/ground.ts'
import { grouped } from './in-figures.ts'
import { percentile } from './percentile.ts'
import { type Line, plot } from './plot.ts'
import { openDescriptors, residentMebibytes } from './process-figures.ts'
import { putAwayWhenInterrupted, withEnds } from './with-ends.ts'

/**
 * `npm run soak:nodes`: three servers on one database at half of what they can do together, for ten minutes. Nothing may
 * grow, and nothing may be lost. `SOAK_MINUTES=1` makes it shorter, and is then only printed; the plot goes into the documents.
 */
const picture = new URL('../../../docs/images/soak-nodes.svg', import.meta.url)
const usualMinutes = 10
const minutes = Number(process.env.SOAK_MINUTES || usualMinutes)
const measuringMilliseconds = 15_000
const sampleMilliseconds = 5_000
const servers = 3
const lanes = 16

interface Sample {
  readonly p50: number
  readonly p99: number
  readonly memory: readonly number[]
  readonly descriptors: readonly number[]
}

putAwayWhenInterrupted()
const faults = await withEnds(async (t) => {
  const ground = await prepareGround(t, servers)
  const capacity = await measureCapacity(ground)
  const perSecond = capacity / 2
  process.stdout.write(`${capacity.toFixed(1)} payments a second at most; ${minutes} min with half of them\n`)
  const samples = await soak(ground, perSecond)
  const found = await findFaults(ground)
  const title = `${servers} servers, ${perSecond.toFixed(1)} payments/s (half of what they can do) for ${minutes} min: ${grouped(found.charged)} charged`
  const drawn = draw(title, samples, ground.nodes.nodes)
  if (minutes === usualMinutes) writeFileSync(picture, drawn)
  return [...found.faults, ...growing(samples)]
})
for (const fault of faults) process.stdout.write(`${fault}\n`)
process.stdout.write(faults.length === 0 ? 'Nothing was lost, and nothing grew.\n' : '')
process.exit(faults.length > 0 ? 1 : 0)

/** A session is opened at one server, paid at another one, and read at a third. @returns how long each request took. */
async function payOnce({ shop, nodes }: Ground, number: number): Promise<readonly number[]> {
  const at = (place: number) => nodes.nodes[(number + place) % nodes.nodes.length] as TestNode
  const took: number[] = []
  const timed = async <T>(asking: Promise<T>): Promise<T> => {
    const since = performance.now()
    const answer = await asking
    took.push(performance.now() - since)
    return answer
  }
  const sold = await timed(shop.openLink(at(0)))
  if (!sold) return took
  await shop.pay(at(1), sold)
  await timed(shop.look(at(2), sold))
  return took
}

async function measureCapacity(ground: Ground): Promise<number> {
  const until = performance.now() + measuringMilliseconds
  let paid = 0
  await inLanes(Array.from({ length: lanes }), lanes, async (_, lane) => {
    for (let number = lane; performance.now() < until; number += 1) {
      await payOnce(ground, number)
      paid += 1
    }
  })
  return (paid * 1000) / measuringMilliseconds
}

async function soak(ground: Ground, perSecond: number): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  const since = performance.now()
  const until = since + minutes * 60_000
  const underWay = new Set<Promise<unknown>>()
  let took: number[] = []
  let next = since + sampleMilliseconds
  for (let number = 0; performance.now() < until; number += 1) {
    const due = since + (number * 1000) / perSecond
    await pause(Math.max(0, due - performance.now()))
    const paying = payOnce(ground, number).then((all) => {
      took.push(...all)
      underWay.delete(paying)
    })
    underWay.add(paying)
    if (performance.now() < next) continue
    next += sampleMilliseconds
    samples.push(sampleOf(ground, took))
    took = []
  }
  await Promise.all(underWay)
  return samples
}

function sampleOf({ nodes }: Ground, took: readonly number[]): Sample {
  return {
    p50: percentile(took, 50),
    p99: percentile(took, 99),
    memory: nodes.nodes.map(residentMebibytes),
    descriptors: nodes.nodes.map(openDescriptors),
  }
}

function draw(title: string, samples: readonly Sample[], nodes: readonly TestNode[]): string {
  const ofEach = (figures: (sample: Sample) => readonly number[]): readonly Line[] =>
    nodes.map((_, place) => ({
      name: `server ${place + 1}`,
      values: samples.map((sample) => figures(sample)[place] ?? 0),
    }))
  const latency = [
    { name: 'p99', values: samples.map(({ p99 }) => p99) },
    { name: 'median', values: samples.map(({ p50 }) => p50) },
  ]
  return plot(title, {
    minutes,
    panels: [
      { title: 'Opening and reading a session', unit: 'ms', lines: latency },
      { title: 'Memory', unit: 'MiB', lines: ofEach(({ memory }) => memory) },
      { title: 'Open files and connections', unit: 'count', lines: ofEach(({ descriptors }) => descriptors) },
    ],
  })
}

/** What is more at the end than it was when all had warmed up. */
function growing(samples: readonly Sample[]): readonly string[] {
  const third = Math.floor(samples.length / 3)
  if (third === 0) return []
  const [before, after] = [samples.slice(third, 2 * third), samples.slice(-third)]
  const medianOf = (part: readonly Sample[], figure: (sample: Sample) => number) =>
    percentile(part.map(figure), 50)
  const figures: readonly (readonly [string, number, (sample: Sample) => number])[] = [
    ['p99', 2, ({ p99 }) => p99],
    ['memory', 1.15, ({ memory }) => Math.max(...memory)],
    ['descriptors', 1.2, ({ descriptors }) => Math.max(...descriptors)],
  ]
  return figures.flatMap(([name, times, figure]) => {
    const [earlier, later] = [medianOf(before, figure), medianOf(after, figure)]
    return later > times * earlier ? [`${name} grew from ${earlier.toFixed(0)} to ${later.toFixed(0)}`] : []
  })
}
