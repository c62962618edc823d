import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider, wrong } from './point.ts'

const [least, few] = [100_000_000, 1_000_000_000]

/** The data folder: whose it is, who else may look into it, and how much room there is. That it can be written is known. */
export function checkFolder(
  folder: string,
  { stat, freeBytes, uid }: Pick<Machine, 'stat' | 'freeBytes' | 'uid'>,
): readonly ExaminedPoint[] {
  const found = stat(folder)
  if (!found) return [toConsider('data folder', `${folder} does not exist yet; the first start creates it`)]
  if (uid !== undefined && found.uid !== uid) {
    return [
      wrong(
        'data folder',
        `${folder} belongs to another user (number ${found.uid}): run this command, and the server, as that one`,
      ),
    ]
  }
  const free = freeBytes(folder)
  return [accessPoint(folder, found.mode), ...(free === undefined ? [] : [roomPoint(free)])]
}

function accessPoint(folder: string, mode: number): ExaminedPoint {
  if ((mode & 0o007) !== 0)
    return wrong('data folder', `Every user of this machine may look into ${folder}: chmod 700 ${folder}`)
  return (mode & 0o070) === 0
    ? inOrder('data folder', folder)
    : toConsider('data folder', `The group of ${folder} may look into it: chmod 700 ${folder}`)
}

function roomPoint(free: number): ExaminedPoint {
  const room = free < 10_000_000_000 ? `${(free / 1e6).toFixed(0)} MB` : `${(free / 1e9).toFixed(0)} GB`
  if (free < least)
    return wrong('free space', `${room} are left for the data: payments that cannot be stored are refused`)
  return free < few ? toConsider('free space', `${room} are left for the data`) : inOrder('free space', room)
}
