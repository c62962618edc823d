import {
  callScenarios,
  declineScenarios,
  outcomeScenarios,
  pageScenarios,
  type ScenarioName,
} from '@tonegate/protocol/scenarios/scenarios'
import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import type { ComponentChildren } from 'preact'
import type { SimulationState } from './simulation/simulation-state.ts'
import type { Texts } from './texts.ts'
import type { Layout } from './use-layout.ts'

/** One press plays a scenario; the one that is shown is marked. */
export function ScenarioPicker({
  texts,
  data,
  state,
  layout,
  onPlay,
}: {
  readonly texts: Texts
  readonly data: SimulatorPageData
  readonly state: SimulationState
  readonly layout: Layout
  readonly onPlay: (scenario: ScenarioName) => void
}) {
  const groups: readonly (readonly [keyof Texts['groups'], readonly ScenarioName[]])[] = [
    ['outcomes', outcomeScenarios],
    ['call', callScenarios],
    ['declined', declineScenarios(data.cards)],
    ['page', pageScenarios],
  ]
  const button = (name: ScenarioName, look?: 'primary') => (
    <button
      key={name}
      type="button"
      class={look}
      aria-pressed={state.scenario === name}
      onClick={() => onPlay(name)}
    >
      {labelOf(name, texts)}
    </button>
  )
  return (
    <section class="scenarios" aria-labelledby="scenarios">
      <h2 id="scenarios">{texts.chooseScenario}</h2>
      {groups.map(([group, names]) => (
        <Group
          key={group}
          name={texts.groups[group]}
          standing={layout === 'stacked' ? (names === outcomeScenarios ? 'unfolded' : 'folded') : 'flat'}
        >
          <div>{names.map((name) => button(name))}</div>
          {group === 'page' && layout === 'side-by-side' && (
            <div class="own">{button('by-hand', 'primary')}</div>
          )}
        </Group>
      ))}
      {layout === 'stacked' && <div class="own">{button('by-hand', 'primary')}</div>}
    </section>
  )
}

/** In a narrow window most groups are folded, so that what is played is not far below. */
function Group({
  name,
  standing,
  children,
}: {
  readonly name: string
  readonly standing: 'flat' | 'folded' | 'unfolded'
  readonly children: ComponentChildren
}) {
  if (standing === 'flat') {
    return (
      <fieldset class="group">
        <legend>{name}</legend>
        {children}
      </fieldset>
    )
  }
  return (
    <details class="group" open={standing === 'unfolded'}>
      <summary>{name}</summary>
      {children}
    </details>
  )
}

function labelOf(name: ScenarioName, { scenarios, declineReasons }: Texts): string {
  const known: Readonly<Record<string, string>> = scenarios
  const reasons: Readonly<Record<string, string>> = declineReasons
  const reason = name.split(':')[1]
  return reason === undefined ? (known[name] ?? name) : (reasons[reason] ?? reason.replaceAll('-', ' '))
}
