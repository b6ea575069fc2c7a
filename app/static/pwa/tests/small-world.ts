/** The small world of these tests: a dock, a bin, ten boxes of tea; a device and the server it talks to. */
import { FaultyNetwork, ModelServer, type Fault } from './model-server'
import { TestDevice } from './test-device'
import { parseQuantity } from '../src/sync/quantity'

export const BIN = 101
export const DOCK = 100

export const units = (number: number) => parseQuantity(String(number))

/** `faults` may be added to while the test goes on. */
export function world(faults: Fault[] = []): { server: ModelServer; device: TestDevice; faults: Fault[] } {
  const server = new ModelServer()
  server.put('location', [DOCK, null, 'bin', 'DOCK', 'Dock', 'L-DOCK', 0, 1])
  server.put('location', [BIN, null, 'bin', 'A-01-01', '', 'L-A-01-01', 0, 2])
  server.put('item', [7, 'TEA', 'Green tea', 'piece', 0, 'none', 0, 'Tea', 0, null, ['04006381333931']])
  server.put('stock', [7, '', BIN, '10'])
  return { server, device: new TestDevice(new FaultyNetwork(server, faults)), faults }
}
