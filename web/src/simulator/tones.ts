import type { Tone } from './telephone.ts'

const rows = [697, 770, 852, 941] as const
const columns = [1209, 1336, 1477] as const
const layout: readonly string[] = ['123', '456', '789', '*0#']

/** The two frequencies of a key, in hertz (ITU-T Q.23). */
export function frequenciesOf(tone: Tone): readonly [number, number] {
  const row = layout.findIndex((keys) => keys.includes(tone))
  return [rows[row] ?? rows[0], columns[layout[row]?.indexOf(tone) ?? 0] ?? columns[0]]
}

const toneSeconds = 0.12
/** A tone shall not startle. */
const volume = 0.06

/** Lets keys be heard. Until the first press nothing is opened: browsers allow sound after a gesture alone. */
export function createTones(openAudio: () => AudioContext): (tone: Tone) => void {
  let audio: AudioContext | undefined
  return (tone) => {
    audio ??= openAudio()
    const gain = audio.createGain()
    gain.gain.value = volume
    gain.connect(audio.destination)
    for (const frequency of frequenciesOf(tone)) {
      const oscillator = audio.createOscillator()
      oscillator.frequency.value = frequency
      oscillator.connect(gain)
      oscillator.start()
      oscillator.stop(audio.currentTime + toneSeconds)
    }
  }
}
