/** The floor app on the fake floor; `window.floor` lets a test set its state. */
import '../../../src/main'
import { state } from '../../../src/floor'

Object.assign(window, { floor: state })
