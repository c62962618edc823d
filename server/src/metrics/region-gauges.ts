import { Gauge, type Registry } from 'prom-client'
import type { RegionState } from './region-state.ts'

/** Shows how regions are at a scrape. What could not be read of one has no value. */
export function createRegionGauges(registry: Registry): (states: readonly RegionState[]) => void {
  const gauges = defineGauges(registry)
  return (states) => {
    for (const gauge of Object.values(gauges)) gauge.reset()
    for (const state of states) {
      showRegion(gauges, state)
      showVault(gauges, state)
      showStored(gauges, state)
    }
  }
}

type Gauges = ReturnType<typeof defineGauges>

function showRegion(
  gauges: Gauges,
  { region, isReady, nodes, connections }: Pick<RegionState, 'region' | 'isReady' | 'nodes' | 'connections'>,
): void {
  gauges.ready.set({ region }, isReady ? 1 : 0)
  gauges.nodes.set({ region }, nodes)
  if (!connections) return
  gauges.connections.set({ region, state: 'open' }, connections.open)
  gauges.connections.set({ region, state: 'lost' }, connections.lost)
}

const kinds = ['keypad', 'link', 'kept-card'] as const
const stages = ['waiting', 'capturing', 'confirming', 'processing'] as const
const lineStates = { securing: 'securing', secured: 'secured', lost: 'lost', ended: 'releasing' } as const
const engineStates = ['works', 'lost'] as const

function showVault(gauges: Gauges, { region, openSessions, lines, engines }: RegionState): void {
  for (const kind of kinds) for (const stage of stages) gauges.sessions.set({ region, kind, stage }, 0)
  for (const { kind, stage, sessions } of openSessions) gauges.sessions.set({ region, kind, stage }, sessions)
  for (const state of Object.values(lineStates)) gauges.lines.set({ region, state }, 0)
  for (const line of lines) gauges.lines.inc({ region, state: lineStates[line] })
  for (const state of engineStates) gauges.engines.set({ region, state }, 0)
  for (const state of engines) gauges.engines.inc({ region, state })
}

function showStored(gauges: Gauges, { region, stored, now }: RegionState): void {
  if (!stored) return
  const { unknownOutcomes, unknownSince = now, webhooksWaiting, callbacksWaiting, calls } = stored
  gauges.unknown.set({ region }, unknownOutcomes)
  gauges.unknownAge.set({ region }, Math.max(0, now - unknownSince) / 1000)
  gauges.webhooks.set({ region }, webhooksWaiting)
  gauges.callbacks.set({ region }, callbacksWaiting)
  gauges.calls.set({ region, state: 'active' }, calls.active)
  gauges.calls.set({ region, state: 'held' }, calls.held)
}

function defineGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({
      name: `tonegate_${name}`,
      help,
      labelNames: ['region', ...labelNames],
      registers: [registry],
    })
  return {
    ready: gauge('ready', 'Whether the region can do its work, as /readyz says it: 1 or 0.'),
    nodes: gauge('nodes', 'Servers that work on the region’s database, as this one knows them.'),
    connections: gauge('store_connections', 'Connections to PostgreSQL, by whether they are there.', [
      'state',
    ]),
    sessions: gauge('sessions_open', 'Open sessions of this process.', ['kind', 'stage']),
    lines: gauge('secured_lines', 'Lines that this process keeps secured, or is giving back.', ['state']),
    engines: gauge('rtpengine_engines', 'rtpengines that this process is connected to.', ['state']),
    unknown: gauge(
      'unknown_outcomes',
      'Payments of ended sessions whose outcome is not known; at most 1,000.',
    ),
    unknownAge: gauge('unknown_outcome_age_seconds', 'How long ago the oldest of them was asked for.'),
    webhooks: gauge('webhooks_waiting', 'Webhooks that are to be delivered; at most 1,000.'),
    callbacks: gauge(
      'callbacks_waiting',
      'Callbacks of the provider contract to be delivered; at most 1,000.',
    ),
    calls: gauge('calls', 'Calls that phone systems have told of; at most 1,000.', ['state']),
  }
}
