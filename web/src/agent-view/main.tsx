import { render } from 'preact'
import type { ViewPageData } from '../../../server/src/vault/view-page-data.ts'
import { AgentView } from './agent-view.tsx'
import './agent-view.css'

const data = document.getElementById('view-data')
const view = document.getElementById('view')
if (data && view) render(<AgentView data={JSON.parse(data.textContent) as ViewPageData} />, view)
