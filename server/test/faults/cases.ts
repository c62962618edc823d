import { allKilledAtOnce } from './cases/all-killed-at-once.ts'
import { cancelledWhilePaid } from './cases/cancelled-while-paid.ts'
import { clientsLeave } from './cases/clients-leave.ts'
import { connectionsCut } from './cases/connections-cut.ts'
import { damagedFile } from './cases/damaged-file.ts'
import { diskFull } from './cases/disk-full.ts'
import { frozenNode } from './cases/frozen-node.ts'
import { gatewayDies } from './cases/gateway-dies.ts'
import { idleAndSlowConnections } from './cases/idle-and-slow-connections.ts'
import { killedUnderLoad } from './cases/killed-under-load.ts'
import { postgresKilled } from './cases/postgres-killed.ts'
import { receiverDeadForHours } from './cases/receiver-dead-for-hours.ts'
import { sameKeyAtEveryNode } from './cases/same-key-at-every-node.ts'
import { standbyTakesOver } from './cases/standby-takes-over.ts'
import { takenOver } from './cases/taken-over.ts'
import { thousandStreams } from './cases/thousand-streams.ts'
import { twoVersions } from './cases/two-versions.ts'
import { wrongClock } from './cases/wrong-clock.ts'
import type { FaultCase } from './fault-case.ts'

/** In the order of the table: servers, databases, networks, the world outside. */
export const faultCases: readonly FaultCase[] = [
  killedUnderLoad('PostgreSQL'),
  killedUnderLoad('SQLite'),
  allKilledAtOnce,
  takenOver,
  frozenNode,
  wrongClock,
  twoVersions,
  cancelledWhilePaid,
  sameKeyAtEveryNode,
  postgresKilled,
  standbyTakesOver,
  connectionsCut,
  diskFull('PostgreSQL'),
  diskFull('SQLite'),
  damagedFile,
  gatewayDies('PostgreSQL'),
  gatewayDies('SQLite'),
  receiverDeadForHours('PostgreSQL'),
  receiverDeadForHours('SQLite'),
  clientsLeave,
  idleAndSlowConnections,
  thousandStreams,
]
