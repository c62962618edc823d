import { render } from 'preact'
import type { SimulatorPageData } from '../../../server/src/sandbox/simulator-page-data.ts'
import { Simulator } from './simulator.tsx'
import './simulator.css'

const data = document.getElementById('simulator-data')
const root = document.getElementById('simulator')
if (data && root) {
  render(<Simulator data={JSON.parse(data.textContent) as SimulatorPageData} />, root)
}
