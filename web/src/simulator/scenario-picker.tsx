import type { SimulatorPageData } from '../../../server/src/sandbox/simulator-page-data.ts'
import {
  callScenarios,
  declineScenarios,
  outcomeScenarios,
  pageScenarios,
  type ScenarioName,
} from './scenarios.ts'
import type { SimulationState } from './simulation.ts'
import type { Texts } from './texts.ts'

/** One press plays a scenario; the one that is shown is marked. */
export function ScenarioPicker({
  texts,
  data,
  state,
  onPlay,
}: {
  readonly texts: Texts
  readonly data: SimulatorPageData
  readonly state: SimulationState
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
        <fieldset key={group} class="group">
          <legend>{texts.groups[group]}</legend>
          <div>{names.map((name) => button(name))}</div>
          {group === 'page' && <div class="own">{button('by-hand', 'primary')}</div>}
        </fieldset>
      ))}
    </section>
  )
}

function labelOf(name: ScenarioName, { scenarios, declineReasons }: Texts): string {
  const known: Readonly<Record<string, string>> = scenarios
  const reasons: Readonly<Record<string, string>> = declineReasons
  const reason = name.split(':')[1]
  return reason === undefined ? (known[name] ?? name) : (reasons[reason] ?? reason.replaceAll('-', ' '))
}
