import { useEffect, useState } from 'preact/hooks'

/** `stacked`: the three sides stand one below the other, as `simulator.css` has them in a narrow window. */
export type Layout = 'side-by-side' | 'stacked'

const narrow = matchMedia('(max-width: 46rem)')
const layoutNow = (): Layout => (narrow.matches ? 'stacked' : 'side-by-side')

export function useLayout(): Layout {
  const [layout, setLayout] = useState(layoutNow)
  useEffect(() => {
    const changed = () => setLayout(layoutNow())
    narrow.addEventListener('change', changed)
    return () => narrow.removeEventListener('change', changed)
  }, [])
  return layout
}
