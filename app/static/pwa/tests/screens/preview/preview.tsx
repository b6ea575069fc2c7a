/** The floor app on the fake floor; a test may set its state, let it fail, and read what was captured. */
import '../../../src/main'
import { outbox, state } from '../../../src/floor'
import { faults } from '../../../src/screens/testing/fake-floor'

Object.assign(window, { floor: state, faults, outbox })
