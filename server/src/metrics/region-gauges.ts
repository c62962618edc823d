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
    ready: gauge('ready', '1 if the region is ready, as in /readyz; otherwise 0.'),
    nodes: gauge('nodes', 'Servers that use the region’s database, including this one.'),
    connections: gauge('store_connections', 'Connections to PostgreSQL, open or lost.', ['state']),
    sessions: gauge('sessions_open', 'Open sessions of this server.', ['kind', 'stage']),
    lines: gauge('secured_lines', 'Phone lines that this server has secured, is securing or is releasing.', [
      'state',
    ]),
    engines: gauge('rtpengine_engines', 'rtpengines that this server connects to.', ['state']),
    unknown: gauge(
      'unknown_outcomes',
      'Payments of ended sessions whose outcome is unknown; counted up to 1,000.',
    ),
    unknownAge: gauge(
      'unknown_outcome_age_seconds',
      'Age of the oldest payment whose outcome is unknown; 0 if there is none.',
    ),
    webhooks: gauge('webhooks_waiting', 'Webhooks waiting to be delivered; counted up to 1,000.'),
    callbacks: gauge(
      'callbacks_waiting',
      'Callbacks of the provider contract waiting to be delivered; counted up to 1,000.',
    ),
    calls: gauge('calls', 'Calls in progress, as reported by phone systems; counted up to 1,000.', ['state']),
  }
}
