import type { SimulatorPageData } from '@tonegate/protocol/simulator-page-data'
import { render } from 'preact'
import { Simulator } from './simulator.tsx'
import './simulator.css'

const data = document.getElementById('simulator-data')
const root = document.getElementById('simulator')
if (data && root) {
  render(<Simulator data={JSON.parse(data.textContent) as SimulatorPageData} />, root)
}
