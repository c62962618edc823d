import type { ScenarioName } from '@tonegate/protocol/scenarios/scenarios'
import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import { useRef } from 'preact/hooks'
import { AgentDesktop } from './agent-desktop.tsx'
import { CallerTelephone } from './caller-telephone.tsx'
import { PageHeader } from './page-header.tsx'
import { ProgramSide } from './program-side.tsx'
import { RequestLog } from './requests/request-log.tsx'
import { ScenarioPicker } from './scenario-picker.tsx'
import { textsOf } from './texts.ts'
import { useLayout } from './use-layout.ts'
import { useSimulation } from './use-simulation.ts'

/** A payment from three sides: the agent's desktop, the caller's telephone, the program. */
export function Simulator({ data }: { readonly data: SimulatorPageData }) {
  const { simulation, state, sound, setSound } = useSimulation(data)
  const texts = textsOf[data.language]
  const { line, playing } = state
  const layout = useLayout()
  const sides = useRef<HTMLDivElement>(null)

  function play(scenario: ScenarioName): void {
    simulation.play(scenario)
    if (layout === 'stacked') sides.current?.scrollIntoView()
  }

  return (
    <>
      <PageHeader texts={texts} data={data} />
      <main>
        <ScenarioPicker texts={texts} data={data} state={state} layout={layout} onPlay={play} />
        <div class={`narration ${playing}`}>
          <p aria-live="polite">{line ? texts.lines[line] : texts.idle}</p>
          {playing === 'playing' && (
            <button type="button" class="stop" onClick={simulation.stop}>
              {texts.stop}
            </button>
          )}
          {playing === 'waiting' && (
            <button type="button" class="stop" onClick={simulation.playWithOtherAgent}>
              {texts.playWith(simulation.otherAgent().name)}
            </button>
          )}
        </div>
        <div class="sides" ref={sides}>
          <AgentDesktop texts={texts.desktop} state={state} onShow={simulation.showView} />
          <CallerTelephone
            texts={texts.telephone}
            data={data}
            state={state}
            sound={sound}
            onSound={setSound}
            onPress={simulation.press}
            onCall={() => play('by-hand')}
            onHangUp={simulation.hangUp}
          />
          <ProgramSide texts={texts.program} state={state} onCancel={simulation.cancel} />
        </div>
        <RequestLog texts={texts.requests} language={data.language} />
      </main>
    </>
  )
}
