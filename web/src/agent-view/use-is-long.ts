import { useEffect, useState } from 'preact/hooks'

const longMilliseconds = 700

/** Whether something has been the case for so long that it is worth a word. */
export function useIsLong(is: boolean): boolean {
  const [isLong, setIsLong] = useState(false)
  useEffect(() => {
    if (!is) return setIsLong(false)
    const timer = setTimeout(() => setIsLong(true), longMilliseconds)
    return () => clearTimeout(timer)
  }, [is])
  return isLong
}
