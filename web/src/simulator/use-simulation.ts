import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { timelyFetch } from '../timely-fetch.ts'
import { createSimulation, type Simulation } from './simulation/simulation.ts'
import type { SimulationState } from './simulation/simulation-state.ts'
import { createTones } from './tones.ts'

/** The simulation, and whether its keys can be heard. */
export function useSimulation(data: SimulatorPageData): {
  readonly simulation: Simulation
  readonly state: SimulationState
  readonly sound: 'on' | 'off'
  setSound(sound: 'on' | 'off'): void
} {
  const [sound, setSound] = useState<'on' | 'off'>('on')
  const heard = useRef(sound)
  heard.current = sound
  const simulation = useMemo(() => {
    const tone = createTones(() => new AudioContext())
    return createSimulation({
      data,
      fetch: timelyFetch,
      wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      now: Date.now,
      openEvents: (path) => new EventSource(path),
      sound: (key) => heard.current === 'on' && tone(key),
    })
  }, [data])
  const [state, setState] = useState(simulation.state)
  useEffect(() => {
    addEventListener('pagehide', simulation.leave)
    return () => removeEventListener('pagehide', simulation.leave)
  }, [simulation])
  useEffect(() => simulation.subscribe(() => setState(simulation.state())), [simulation])
  return { simulation, state, sound, setSound }
}
